/** Who is signed in, by the routes of demo/sign-in.ts. */
import type { User } from "../../../generated/client.ts";
import { send } from "./http.ts";

/** Somebody who may sign in. */
export interface Candidate {
  readonly name: string;
  readonly email: string;
}

/** Whoever is signed in. */
export type Me = Pick<User, "id" | "name" | "role">;

/** @returns null for nobody. */
export async function whoAmI(): Promise<Me | null> {
  const { user } = await send<{ user: Me | null }>("GET", "/api/me");
  return user;
}

export async function candidates(): Promise<readonly Candidate[]> {
  const { people } = await send<{ people: readonly Candidate[] }>("GET", "/api/people");
  return people;
}

export async function signIn(email: string): Promise<Me> {
  const { user } = await send<{ user: Me }>("POST", "/api/sign-in", { email });
  return user;
}

export const signOut = (): Promise<null> => send("POST", "/api/sign-out");

/** Session tokens. Objects see only their digests, so what they store opens no session. */
import { toBase64url } from "../../encoding/base64url.ts";
import { slotOf, slots } from "../placement.ts";

/** `<slot of the user>.<256 random bits>`. The slot tells the object, so that reading a session needs no user. */
const form = /^([1-9]\d{0,4}|0)\.[A-Za-z0-9_-]{43}$/;

export const newToken = (slot: number): string => `${slot}.${random(32)}`;

/** All sessions of a user are in the object of this slot. */
export const slotOfUser = (user: string): number => slotOf(user);

/** The slot in a token; null for what cannot be a token. */
export function slotOfToken(token: unknown): number | null {
  const [, slot] = (typeof token === "string" && form.exec(token)) || [];
  return slot === undefined || Number(slot) >= slots ? null : Number(slot);
}

/** SHA-256 of a token. No salt and no slow hash: there are 2^256 tokens to try. */
export async function digestOf(token: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token))));
}

/** A name for a session that says nothing about its token. */
export const newId = (): string => random(16);

const random = (bytes: number): string => toBase64url(crypto.getRandomValues(new Uint8Array(bytes)));

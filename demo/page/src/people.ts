/** Everybody on the team, by id. */
import { createContext, useContext, useEffect, useState } from "react";
import type { User } from "../../../generated/client.ts";
import { useClient } from "../../../generated/react.ts";

export type Person = Pick<User, "id" | "name" | "initials">;

export type People = ReadonlyMap<string, Person>;

export const PeopleContext = createContext<People>(new Map());

export const usePeople = (): People => useContext(PeopleContext);

/** Everybody, in the order of their names; empty until they are there. */
export function useEverybody(onError: (error: unknown) => void): People {
  const client = useClient();
  const [people, setPeople] = useState<People>(new Map());
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (): Promise<void> => {
      const found = new Map<string, Person>();
      const rows = client.users.paginate({
        orderBy: ["name"],
        select: ["id", "name", "initials"],
        limit: 100,
        signal,
      });
      for await (const person of rows) found.set(person.id, person);
      setPeople(found);
    };
    load().catch((error: unknown) => {
      if (!signal.aborted) onError(error);
    });
    return () => controller.abort();
  }, [client, onError]);
  return people;
}

/** What to call somebody. */
export const nameOf = (people: People, id: string): string => people.get(id)?.name ?? "Somebody";

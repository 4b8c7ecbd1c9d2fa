/** People who have nothing yet, so that every test can begin with some whom no other one knows. */
import { createHash } from "node:crypto";
import type { Person, Role } from "../client/world.ts";

export interface Crowd {
  /** Puts them into a database. */
  readonly sql: string;
  /** The next one. @throws Error when there is none left. */
  readonly next: (role: Role) => Person;
}

/** Makes so many members, and so many admins. */
export function crowd(members: number, admins: number): Crowd {
  const all = { member: people("member", members, 0), admin: people("admin", admins, members) };
  const rows = (["member", "admin"] as const).flatMap((role) =>
    all[role].map(({ id, email, token }) => {
      // As demo/auth.ts looks for it.
      const hash = createHash("sha256").update(token).digest("hex");
      return `('${id}', '${email}', '${email}', '${role}', '${hash}', '2026-10-01T09:00:00.000Z')`;
    }),
  );
  const left = { member: [...all.member], admin: [...all.admin] };
  return {
    // D1 takes statements of 100 kB.
    sql: Array.from(
      { length: Math.ceil(rows.length / 100) },
      (_, index) =>
        `INSERT INTO users (id, email, name, role, token_hash, created_at) VALUES ${rows.slice(index * 100, index * 100 + 100).join(",\n")};`,
    ).join("\n"),
    next(role) {
      const person = left[role].shift();
      if (person === undefined) throw new Error(`There is no ${role} left: make the crowd larger.`);
      return person;
    },
  };
}

const people = (role: Role, count: number, first: number): Person[] =>
  Array.from({ length: count }, (_, index) => {
    const number = String(first + index).padStart(12, "0");
    return {
      id: `01890000-0000-7000-8000-1${number.slice(1)}`,
      email: `${role}-${number}@example.com`,
      token: `token-of-${role}-${number}`,
    };
  });

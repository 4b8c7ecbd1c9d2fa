import { tokenHash } from "./auth.ts";

/** Everybody who signs in during the tour. Tokens of a demo are no secret. */
export const people = [
  { name: "Ann Archer", role: "admin", token: "demo-token-of-ann-0001" },
  { name: "Bob Bishop", role: "member", token: "demo-token-of-bob-0002" },
] as const;

const firstNames =
  "Ada Bea Carl Dora Emil Fay Gus Hana Ivan Jill Karl Lena Milo Nora Otto Pia Quin Rosa Sven Tess".split(" ");
const lastNames =
  "Adler Berg Costa Dunn Engel Frost Greco Hahn Ito Jensen Kern Lopez Moro Novak Olsen Park".split(" ");
const areas = [
  "Website",
  "Mobile app",
  "Billing",
  "Onboarding",
  "Support",
  "Hiring",
  "Office",
  "Security",
  "Search",
  "Reports",
];
const phases = ["backlog", "this week", "next release"];
const verbs = [
  "Write",
  "Review",
  "Fix",
  "Plan",
  "Ship",
  "Measure",
  "Clean up",
  "Discuss",
  "Test",
  "Document",
];
const things = [
  "the invoice export",
  "the sign-up form",
  "slow queries on the dashboard",
  "the release notes",
  "the password reset mail",
  "the candidate shortlist",
  "dark mode",
  "the backup drill",
  "the error budget",
  "translations for the settings page",
];
const remarks = [
  "Looks good to me.",
  "Can you split this?",
  "Blocked by design.",
  "Done in staging.",
  "I'll take it on Monday.",
  "Numbers attached.",
];
const labels = ["bug", "design", "customer", "quick win", "research"];

/** A small generator of pseudo-random numbers (mulberry32 by Tommy Ettinger, public domain): the same seed every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Value = string | number | null;

const literal = (value: Value): string =>
  value === null ? "NULL" : typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;

/** INSERT statements of a hundred rows each, well below D1's limit of 100 kB a statement. */
function inserts(table: string, columns: readonly string[], rows: readonly (readonly Value[])[]): string {
  const head = `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(", ")}) VALUES\n`;
  let sql = "";
  for (let at = 0; at < rows.length; at += 100) {
    const values = rows.slice(at, at + 100).map((row) => `  (${row.map(literal).join(", ")})`);
    sql += `${head}${values.join(",\n")};\n`;
  }
  return sql;
}

/** SQL that fills an empty task board, and how many rows that makes. */
export async function seedSql(): Promise<{ sql: string; rows: number }> {
  const next = random(20261001);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const start = Date.UTC(2026, 6, 1);
  const time = (): string => new Date(start + below(90 * 86_400_000)).toISOString();
  const bytes = (n: number): string => Array.from({ length: n }, () => below(16).toString(16)).join("");
  const id = (): string =>
    `${(start + below(1e9))
      .toString(16)
      .padStart(12, "0")
      .replace(/^(.{8})/, "$1-")}-7${bytes(3)}-8${bytes(3)}-${bytes(12)}`;

  const users = await Promise.all(
    [
      ...people,
      ...Array.from({ length: 38 }, () => ({
        name: `${pick(firstNames)} ${pick(lastNames)}`,
        role: "member",
        token: null,
      })),
    ].map(
      async ({ name, role, token }, index): Promise<Value[]> => [
        id(),
        `${name.toLowerCase().replace(" ", ".")}${index}@example.com`,
        name,
        role,
        token === null ? null : await tokenHash(token),
        time(),
      ],
    ),
  );
  const lists = areas.flatMap((area) =>
    phases.map((phase): Value[] => [
      id(),
      `${area}: ${phase}`,
      pick(["slate", "red", "amber", "green", "blue"]),
      pick(users)[0] ?? null,
      time(),
    ]),
  );
  const memberships = lists.flatMap((list) =>
    [...new Set(Array.from({ length: 6 }, () => pick(users)[0]))].map((user): Value[] => [
      id(),
      list[0] ?? null,
      user ?? null,
      below(2),
      time(),
    ]),
  );
  const todos = Array.from({ length: 3000 }, (): Value[] => {
    const createdAt = time();
    return [
      id(),
      `${pick(verbs)} ${pick(things)}`,
      below(3) === 0 ? pick(remarks) : null,
      below(3) === 0 ? 1 : 0,
      below(4),
      below(2) === 0 ? null : below(40) / 4,
      JSON.stringify([...new Set([pick(labels), pick(labels)])].slice(below(2))),
      pick(below(5) === 0 ? users.slice(0, 2) : users)[0] ?? null,
      below(2) === 0 ? null : (pick(users)[0] ?? null),
      pick(lists)[0] ?? null,
      below(3) === 0 ? time() : null,
      createdAt,
      createdAt,
      1,
    ];
  });
  const comments = Array.from({ length: 5000 }, (): Value[] => [
    id(),
    pick(remarks),
    pick(todos)[0] ?? null,
    null,
    pick(users)[0] ?? null,
    time(),
  ]);

  const sql = [
    inserts("users", ["id", "email", "name", "role", "token_hash", "created_at"], users),
    inserts("lists", ["id", "name", "color", "owner_id", "created_at"], lists),
    inserts("memberships", ["id", "list_id", "user_id", "can_edit", "created_at"], memberships),
    inserts(
      "todos",
      [
        "id",
        "title",
        "notes",
        "done",
        "priority",
        "estimate",
        "labels",
        "owner_id",
        "assignee_id",
        "list_id",
        "due_at",
        "created_at",
        "updated_at",
        "version",
      ],
      todos,
    ),
    inserts("comments", ["id", "body", "todo_id", "parent_id", "author_id", "created_at"], comments),
  ].join("\n");
  return { sql, rows: users.length + lists.length + memberships.length + todos.length + comments.length };
}

/** What is asked of the contenders, and the rows they are asked about. */
import { createHash } from "node:crypto";

/** A UUID that is easy to read in an error: the digit says what it is of, the number which one. */
export const uuid = (kind: number, n: number): string =>
  `00000000-000${kind}-7000-8000-${String(n).padStart(12, "0")}`;

export interface Person {
  readonly id: string;
  readonly role: "member" | "admin";
  readonly token: string;
}

const person = (n: number, role: "member" | "admin"): Person => ({
  id: uuid(1, n),
  role,
  token: `bench-token-of-user-${String(n).padStart(4, "0")}`,
});

export const ann = person(1, "member");
export const bob = person(2, "member");
export const eve = person(3, "member");
export const admin = person(4, "admin");

export const list = uuid(2, 1);

/** How many todos ann owns. Bob is assigned to every third. */
export const todoCount = 50;

/** How many comments each of them has. */
const commentsPerTodo = 3;

/** The rows of the database, as SQL. */
export function seed(): string {
  const time = "2026-01-02T03:04:05.678Z";
  const people = [ann, bob, eve, admin].map(({ id, role, token }, index) => {
    const hash = createHash("sha256").update(token).digest("hex");
    return `('${id}', 'user${index}@example.com', 'User ${index}', '${role}', '${hash}', '${time}')`;
  });
  const todos = Array.from({ length: todoCount }, (_, n) => {
    const assignee = n % 3 === 0 ? `'${bob.id}'` : "NULL";
    const due = n % 4 === 0 ? `'2026-02-${String(1 + (n % 28)).padStart(2, "0")}T00:00:00.000Z'` : "NULL";
    const estimate = n % 5 === 0 ? "NULL" : String(n / 2);
    return `('${uuid(3, n)}', 'Prepare the release, part ${n}', 'Ask the team first.', ${n % 2}, ${n % 4}, ${estimate}, '["release","part ${n}"]', '${ann.id}', ${assignee}, '${list}', ${due}, '${time}', '${time}', 1)`;
  });
  const comments = Array.from({ length: todoCount * commentsPerTodo }, (_, n) => {
    const author = n % 2 === 0 ? ann : bob;
    return `('${uuid(5, n)}', 'Comment ${n}', '${uuid(3, n % todoCount)}', NULL, '${author.id}', '${time}')`;
  });
  return `
    INSERT INTO users (id, email, name, role, token_hash, created_at) VALUES ${people.join(",\n")};
    INSERT INTO lists (id, name, color, owner_id, created_at) VALUES ('${list}', 'Release', 'red', '${ann.id}', '${time}');
    INSERT INTO todos (id, title, notes, done, priority, estimate, labels, owner_id, assignee_id, list_id, due_at, created_at, updated_at, version) VALUES ${todos.join(",\n")};
    INSERT INTO comments (id, body, todo_id, parent_id, author_id, created_at) VALUES ${comments.join(",\n")};
  `;
}

/** One request, in a form that can be sent any number of times. */
export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AskOptions {
  readonly as?: Person | null;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ask(method: string, path: string, { as = ann, json, headers }: AskOptions = {}): Ask {
  return {
    method,
    path,
    headers: {
      ...(as === null ? {} : { Authorization: `Bearer ${as.token}` }),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      "User-Agent": "bench",
      "Accept-Encoding": "gzip",
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  };
}

export function toRequest({ method, path, headers, body }: Ask): Request {
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  return new Request(`https://taskboard.example${path}`, {
    method,
    headers: { ...headers, ...length },
    ...(body === undefined ? {} : { body }),
  });
}

/** What a new todo is made of. The id is given, since the database that answers from a recording knows no other. */
const input = (n: number) => ({
  id: uuid(4, n),
  title: "Prepare the release notes",
  notes: "Everything that changed for users.",
  priority: 2,
  labels: ["release", "writing"],
  listId: list,
  dueAt: "2026-03-01T12:00:00+01:00",
});

/** Three terms that hold for 17 of ann's todos. */
export const filter = encodeURIComponent(`done==false;(priority>=2,title=icontains="PART 1")`);

/** The requests whose CPU is measured. */
export const measured: Readonly<Record<string, Ask>> = {
  get: ask("GET", `/api/todos/${uuid(3, 6)}`),
  "list of 20": ask("GET", "/api/todos"),
  "list, filter of three terms": ask("GET", `/api/todos?filter=${filter}`),
  "list, two includes": ask("GET", "/api/todos?include=list,comments(limit:2)"),
  create: ask("POST", "/api/todos", { json: input(1) }),
  "update with If-Match": ask("PATCH", `/api/todos/${uuid(3, 6)}`, {
    json: { done: true, priority: 1 },
    headers: { "If-Match": '"1"' },
  }),
  "batch of 50": ask("POST", "/api/todos/batch", {
    json: { items: Array.from({ length: 50 }, (_, n) => input(n)) },
  }),
};

/** How many times as long a measured request takes as others do, roughly: it is sent that many times less often. */
export const weight = (name: string): number => (name === "batch of 50" ? 10 : 1);

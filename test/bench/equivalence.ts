/** Proof that the contenders do the same: the same requests get the same answers, apart from wording. */
import { pathToFileURL } from "node:url";
import type { Contender } from "./contenders.ts";
import type { Binding } from "./d1/binding.ts";
import { openSqlite } from "./d1/sqlite.ts";
import {
  type Ask,
  admin,
  ann,
  ask,
  bob,
  eve,
  filter,
  list,
  measured,
  seed,
  toRequest,
  uuid,
} from "./requests.ts";

/** The entry point of a bundled Worker. */
export interface Worker {
  fetch(
    request: Request,
    env: { readonly DB: Binding },
    context: ExecutionStub,
  ): Response | Promise<Response>;
}

/** What a Worker may use of its execution context. */
export interface ExecutionStub {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
}

export const executionStub: ExecutionStub = {
  waitUntil: () => {},
  passThroughOnException: () => {},
};

export async function importWorker({ file }: Contender): Promise<Worker> {
  const module: { default: Worker } = await import(pathToFileURL(file).href);
  return module.default;
}

export interface Difference {
  readonly request: string;
  readonly answers: readonly [string, string];
}

/**
 * Sends every request to both Workers, each with a database of its own.
 *
 * @returns how many requests were sent, and where the answers differ.
 */
export async function compare(
  workers: readonly [Worker, Worker],
  migrations: string,
): Promise<{ readonly requests: number; readonly differences: readonly Difference[] }> {
  const sides = workers.map((worker) => ({
    worker,
    binding: openSqlite(`${migrations}\n${seed()}`).binding,
    cursor: "",
  }));
  const differences: Difference[] = [];
  for (const each of requests) {
    const answers = await Promise.all(
      sides.map(async (side) => {
        const request = toRequest({ ...each, path: each.path.replace("CURSOR", side.cursor) });
        const response = await side.worker.fetch(request, { DB: side.binding }, executionStub);
        const text = await response.text();
        const body: unknown = text === "" ? null : JSON.parse(text);
        if (isRecord(body) && typeof body.nextCursor === "string") side.cursor = body.nextCursor;
        return JSON.stringify(
          { status: response.status, headers: comparedHeaders(response.headers), body: comparable(body) },
          null,
          2,
        );
      }),
    );
    const [first = "", second = ""] = answers;
    if (first !== second) {
      differences.push({
        request: `${each.method} ${each.path} ${each.body ?? ""}`,
        answers: [first, second],
      });
    }
  }
  return { requests: requests.length, differences };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function comparedHeaders(headers: Headers): Record<string, string | null> {
  const names = ["Cache-Control", "Allow", "X-Content-Type-Options", "X-Frame-Options", "ETag"];
  return {
    ...Object.fromEntries(names.map((name) => [name, headers.get(name)?.toLowerCase() ?? null])),
    "Content-Type": headers.get("Content-Type")?.split(";")[0] ?? null,
    Location: withoutIds(headers.get("Location") ?? ""),
    "X-Request-Id": headers.has("X-Request-Id") ? "given" : null,
  };
}

/** Ids that the seed did not make differ, and so do the times of writing. */
const withoutIds = (text: string): string =>
  text.replaceAll(/(?!0000)[\da-f]{8}-[\da-f]{4}-[47][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g, "<id>");

const wording = new Set(["detail", "title", "message"]);
const written = new Set(["createdAt", "updatedAt"]);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === "string") return withoutIds(value);
  if (!isRecord(value)) return value;
  const isProblem = "status" in value || ("field" in value && "message" in value);
  const entries = Object.entries(value)
    .filter(([name]) => !(isProblem && wording.has(name)))
    .map(([name, item]): [string, unknown] => {
      if (written.has(name) || name === "requestId") return [name, typeof item];
      if (name === "nextCursor") return [name, item === null ? null : "<cursor>"];
      if (name === "errors" && Array.isArray(item))
        return [
          name,
          item
            .map(comparable)
            .map((e) => JSON.stringify(e))
            .sort(),
        ];
      return [name, comparable(item)];
    });
  return Object.fromEntries(entries);
}

const todo = (n: number): string => `/api/todos/${uuid(3, n)}`;
const newId = uuid(4, 1);
const many = "x".repeat(1024 * 1024);

/** In an order that matters: later ones meet what earlier ones wrote. */
const requests: readonly Ask[] = [
  ...Object.values(measured).filter(({ method }) => method === "GET"),
  ask("GET", "/healthz", { as: null }),
  ask("GET", "/readyz", { as: null }),
  ask("GET", "/nothing"),
  ask("GET", "/api/nothing"),
  // Identity
  ask("GET", "/api/todos", { as: null }),
  ask("GET", todo(1), { as: null }),
  ask("GET", "/api/todos", { as: null, headers: { Authorization: "Bearer some-other-token-0001" } }),
  ask("POST", "/api/todos", { as: null, json: { title: "x" } }),
  // Reading
  ...[ann, bob, eve, admin].flatMap((as) => [
    ask("GET", "/api/todos", { as }),
    ask("GET", "/api/todos/count", { as }),
    ask("GET", todo(0), { as }),
    ask("GET", todo(1), { as }),
    ask("GET", `${todo(3)}?select=title,labels,done`, { as }),
  ]),
  ask("GET", "/api/todos/nonsense"),
  ask("GET", todo(999)),
  ask("GET", `${todo(1)}?selct=title`),
  ask("GET", `${todo(1)}?select=nothing`),
  // Paging
  ...["", "-title", "dueAt,-priority", "-estimate", "done,-createdAt", "priority:desc,title:asc"].flatMap(
    (order) => [
      ask("GET", `/api/todos?limit=7&totalCount=true&orderBy=${order || "id"}`),
      ask("GET", `/api/todos?limit=30&orderBy=${order || "id"}&cursor=CURSOR`),
      ask("GET", `/api/todos?limit=30&orderBy=${order || "id"}&cursor=CURSOR`),
    ],
  ),
  ask("GET", "/api/todos?orderBy=title&limit=2"),
  ask("GET", "/api/todos?orderBy=-title&cursor=CURSOR"),
  ask("GET", "/api/todos?orderBy=title&cursor=CURSOR", { as: admin }),
  ask("GET", "/api/todos?cursor=nonsense"),
  ask("GET", "/api/todos?limit=0"),
  ask("GET", "/api/todos?limit=1000"),
  ask("GET", "/api/todos?orderBy=nothing"),
  ask("GET", "/api/todos?orderBy=labels"),
  ask("GET", "/api/todos?fliter=done"),
  ask("GET", "/api/todos?limit=1&limit=2"),
  ask("GET", "/api/todos?select=id,title&limit=3"),
  // Filters
  ...[
    decodeURIComponent(filter),
    "priority>=2",
    "priority>2,estimate<5",
    "priority<=1;done==true;title=icontains=PART",
    `(priority==3,priority==1);(dueAt>2026-02-10,dueAt<"2026-02-05T01:00:00+01:00")`,
    `title=="Prepare the release, part 7"`,
    `title=="say \\"hi\\""`,
    `assigneeId==${bob.id}`,
    "dueAt==2026-02-13",
    "nothing==1",
    "done==1",
    "priority==high",
    "dueAt>soon",
    "priority=icontains=1",
    "priority=near=1",
    "title",
    "title==",
    "(done==true",
    "done==true)",
    "done==true;",
    "",
  ].map((text) => ask("GET", `/api/todos?totalCount=true&limit=9&filter=${encodeURIComponent(text)}`)),
  ask("GET", "/api/todos?filter=done==true&limit=5&orderBy=-title"),
  ask("GET", "/api/todos?filter=done==true&limit=50&orderBy=-title&cursor=CURSOR"),
  ask("GET", "/api/todos?filter=done==true&limit=5&orderBy=-title"),
  ask("GET", "/api/todos?filter=done==false&limit=5&orderBy=-title&cursor=CURSOR"),
  ask("GET", `/api/todos?filter=done==true`, { as: bob }),
  // Related rows
  ...["list", "comments", "list,comments(limit:2)", "comments(limit:1),list", "comments(limit:1000)"].flatMap(
    (include) => [
      ask("GET", `/api/todos?limit=4&include=${include}`),
      ask("GET", `${todo(3)}?include=${include}`, { as: bob }),
    ],
  ),
  ask("GET", `${todo(3)}?include=comments(limit:1),list&select=title,done`),
  ask("GET", `/api/todos?limit=2&include=list&select=title`),
  ask("GET", `/api/todos?filter=title==none&include=list,comments`),
  ask("GET", "/api/todos?include=nothing"),
  ask("GET", "/api/todos?include=comments(limit:0)"),
  ask("GET", "/api/todos?include=list(limit:1)"),
  ask("GET", "/api/todos?include=comments(limit:2"),
  // Versions
  ask("GET", todo(1), { headers: { "If-None-Match": '"1"' } }),
  ask("GET", todo(1), { headers: { "If-None-Match": '"2", "3"' } }),
  ask("GET", todo(1), { headers: { "If-None-Match": "*" } }),
  ask("GET", `${todo(1)}?include=list`, { headers: { "If-None-Match": '"1"' } }),
  // Creating
  ask("POST", "/api/todos", { json: { title: "Least" } }),
  ask("POST", "/api/todos", {
    json: {
      id: newId,
      title: "Most",
      notes: "n",
      done: true,
      priority: 3,
      estimate: 1.5,
      labels: ["a"],
      assigneeId: bob.id,
      listId: list,
      dueAt: "2026-03-01T12:00:00+01:00",
    },
  }),
  ask("POST", "/api/todos", { json: { id: newId, title: "Again" } }),
  ask("POST", "/api/todos", { json: { title: "x", listId: uuid(2, 9) } }),
  ask("POST", "/api/todos", { json: { title: "x", assigneeId: uuid(1, 9) } }),
  ask("POST", "/api/todos", { json: {} }),
  ask("POST", "/api/todos", { json: { title: "", priority: 4, nothing: 1 } }),
  ask("POST", "/api/todos", { json: { title: "x", ownerId: bob.id } }),
  ask("POST", "/api/todos", { json: { title: "x", dueAt: "tomorrow" } }),
  ask("POST", "/api/todos", { json: { title: 5, done: "true", estimate: -1, listId: "x" } }),
  ask("POST", "/api/todos", { json: [] }),
  ask("POST", "/api/todos", { json: { title: "a\0b" } }),
  ask("POST", "/api/todos", { json: { title: "x", notes: "\ud800" } }),
  ask("POST", "/api/todos?x=1", { json: { title: "x" } }),
  ask("POST", "/api/todos", { json: { title: many } }),
  { ...ask("POST", "/api/todos", { headers: { "Content-Type": "text/plain" } }), body: "x" },
  { ...ask("POST", "/api/todos", { headers: { "Content-Type": "application/json" } }), body: "{" },
  // Changing
  ask("PATCH", todo(0), { json: { done: true, labels: ["z"] } }),
  ask("PATCH", todo(0), { json: {} }),
  ask("PATCH", todo(0), { as: bob, json: { title: "By the assignee" } }),
  ask("PATCH", todo(0), { as: bob, json: { assigneeId: eve.id } }),
  ask("PATCH", todo(1), { as: bob, json: { title: "x" } }),
  ask("PATCH", todo(1), { as: admin, json: { title: "x" } }),
  ask("PATCH", todo(1), { json: { listId: uuid(2, 9) } }),
  ask("PATCH", todo(1), { json: { title: null } }),
  ask("PATCH", todo(1), { json: { version: 7 } }),
  ask("PATCH", todo(999), { json: { title: "x" } }),
  ask("PATCH", todo(1), { json: { assigneeId: eve.id, notes: null } }),
  ask("PATCH", todo(5), { json: { title: "x" }, headers: { "If-Match": '"2"' } }),
  ask("PATCH", todo(5), { json: { title: "x" }, headers: { "If-Match": '"3", "1"' } }),
  ask("PATCH", todo(5), { json: { title: "x" }, headers: { "If-Match": '"1"' } }),
  ask("PATCH", todo(5), { json: { title: "x" }, headers: { "If-Match": "*" } }),
  ask("PATCH", todo(5), { json: {}, headers: { "If-Match": '"1"' } }),
  ask("PATCH", todo(5), { json: {}, headers: { "If-Match": '"3"' } }),
  ask("PATCH", todo(5), { as: eve, json: { title: "x" }, headers: { "If-Match": '"3"' } }),
  ask("PATCH", todo(5), { as: admin, json: { title: "x" }, headers: { "If-Match": '"9"' } }),
  ask("PUT", todo(5), { json: { title: "x" }, headers: { "If-Match": '"1"' } }),
  ask("PUT", todo(5), { json: { title: "x" }, headers: { "If-Match": '"3"' } }),
  ask("PUT", todo(2), { json: { title: "Replaced" } }),
  ask("PUT", todo(2), { json: { id: uuid(3, 3), title: "x" } }),
  ask("PUT", todo(2), { json: {} }),
  ask("PUT", todo(2), { as: eve, json: { title: "x" } }),
  // Many at once
  ask("POST", "/api/todos/batch", {
    json: { items: [{ title: "first" }, { title: "second", assigneeId: bob.id }] },
  }),
  ask("POST", "/api/todos/batch", { json: { items: Array(100).fill({ title: "one", listId: list }) } }),
  ask("POST", "/api/todos/batch", { json: { items: Array(101).fill({ title: "one" }) } }),
  ask("POST", "/api/todos/batch", { json: { items: [] } }),
  ask("POST", "/api/todos/batch", { json: { items: "x" } }),
  ask("POST", "/api/todos/batch", { json: { items: [{ title: "a" }, { title: "", done: 1, x: 1 }] } }),
  ask("POST", "/api/todos/batch", { json: { items: [{ title: "a" }], more: 1 } }),
  ask("POST", "/api/todos/batch", { json: { items: [{ title: "a" }, { title: "b", listId: uuid(2, 9) }] } }),
  ask("POST", "/api/todos/batch", { json: { items: [{ title: "a", assigneeId: list }] } }),
  ask("POST", "/api/todos/batch", { json: { items: [{ title: "a" }, { id: newId, title: "b" }] } }),
  ask("POST", "/api/todos/batch", { as: null, json: { items: [{ title: "a" }] } }),
  ask("GET", "/api/todos?limit=100&totalCount=true&orderBy=-title"),
  // Deleting
  ask("DELETE", todo(4), { headers: { "If-Match": '"7"' } }),
  ask("DELETE", todo(4), { as: eve }),
  ask("DELETE", todo(3), { as: bob }),
  ask("DELETE", todo(3), { as: admin }),
  ask("DELETE", todo(3)),
  ask("DELETE", todo(3)),
  ask("GET", todo(3)),
  ask("DELETE", "/api/todos"),
  ask("OPTIONS", todo(1)),
  ask("HEAD", todo(1)),
  ask("GET", "/api/todos?limit=100&totalCount=true&orderBy=-title"),
  ...Object.values(measured).map((each) => ({ ...each, path: each.path.replace(uuid(4, 1), uuid(4, 60)) })),
  ask("GET", "/api/todos?limit=100&totalCount=true&orderBy=-title"),
];

import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";
import { describe, expect, test } from "vitest";
import { PathRouter } from "../../../runtime/http/router.ts";

type Route = readonly [method: string, path: string];

/** The handlers that a request meets, in order, each with its parameters. */
function met(result: Result<string>): readonly unknown[] {
  const [handlers, stash] = result;
  return handlers.map(([handler, parameters]) => {
    const entries = Object.entries(parameters).map(([name, value]): [string, string | undefined] => [
      name,
      typeof value === "number" ? stash?.[value] : value,
    ]);
    return [handler, Object.fromEntries(entries)];
  });
}

function fill(router: Router<string>, routes: readonly Route[]): Router<string> {
  routes.forEach(([method, path], index) => {
    router.add(method, path, `${index} ${method} ${path}`);
  });
  return router;
}

const methods = ["GET", "POST", "PATCH", "DELETE", "OPTIONS", "BREW"];

function expectSame(routes: readonly Route[], paths: readonly string[]): void {
  const ours = fill(new PathRouter<string>(), routes);
  const honos = fill(new TrieRouter<string>(), routes);
  // Twice: the second time from what was kept.
  for (const path of [...paths, ...paths]) {
    for (const method of methods) {
      expect([method, path, met(ours.match(method, path))]).toEqual([
        method,
        path,
        met(honos.match(method, path)),
      ]);
    }
  }
}

const resource = (path: string): readonly Route[] => [
  ["GET", path],
  ["GET", `${path}/count`],
  ["ALL", `${path}/count`],
  ["POST", path],
  ["POST", `${path}/batch`],
  ["ALL", `${path}/batch`],
  ["POST", `${path}/batch/upsert`],
  ["GET", `${path}/:id`],
  ["DELETE", `${path}/:id`],
  ["POST", `${path}/:id/restore`],
  ["ALL", `${path}/:id/restore`],
  ["ALL", path],
  ["ALL", `${path}/:id`],
];

const generated: readonly Route[] = [
  ["ALL", "*"],
  ["GET", "/healthz"],
  ["ALL", "/healthz"],
  ["ALL", "/api/*"],
  ...resource("/api/todos"),
  ...resource("/api/lists"),
];

const asked = ["todos", "lists", "nothing"].flatMap((name) => {
  const path = `/api/${name}`;
  const below = [
    "",
    "/",
    "/count",
    "/count/",
    "/7",
    "/batch",
    "/batch/upsert",
    "/7/restore",
    "/7/8/9",
    "//7",
  ];
  return below.map((rest) => path + rest);
});

describe("what matches is what Hono's own router matches", () => {
  test("in a generated app", () => {
    expectSame(generated, ["/", "/healthz", "/healthz/x", "/api", "/api/", ...asked]);
  });

  test("with middleware of an application, whose parameters cover paths without any", () => {
    const own: readonly Route[] = [
      ["ALL", "/api/todos/:section"],
      ["ALL", "/api/:resource/*"],
      ["GET", "/api/:resource/count"],
      ["GET", "/api/todos/special"],
      ["GET", "/api/todos/:id/:part?"],
    ];
    expectSame([...own, ...generated], ["/api/todos/special", ...asked]);
    expectSame([...generated, ...own], ["/api/todos/special", ...asked]);
  });

  test("where parameters and names share a place further up", () => {
    const board: readonly Route[] = [
      ["ALL", "*"],
      ["POST", "/board/visits/:page"],
      ["POST", "/board/:board/scores"],
      ["GET", "/board/:board/leaders"],
      ["GET", "/board/visits"],
    ];
    expectSame(board, ["/board/visits/home", "/board/visits", "/board/x/scores", "/board/visits/scores"]);
  });
});

test("a route that comes too late is refused, and not left out", () => {
  const router = fill(new PathRouter<string>(), generated);
  router.match("GET", "/api/todos/count");
  expect(() => router.add("GET", "/late", "x")).toThrow("already built");
  const other = fill(new PathRouter<string>(), generated);
  other.match("GET", "/api/todos/7");
  expect(() => other.add("GET", "/late/:id", "x")).toThrow("already built");
});

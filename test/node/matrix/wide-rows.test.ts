/** A resource with more fields than a function of D1 takes arguments. */
import { afterAll, expect, test } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import { keep } from "../../../runtime/http/idempotency.ts";
import type { Column } from "../../../runtime/query/table.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { custom, d1, field } from "../../../schema/index.ts";
import { cleanUp, loadApplication, userHeader } from "./bundle.ts";
import { openDatabase } from "./sqlite.ts";

afterAll(cleanUp);

const names = Array.from({ length: 70 }, (_, index) => `field${index}`);

test("contract 3.7: the answer of a wide row is replayed as it was", async () => {
  const config = {
    name: "wide",
    database: d1(),
    auth: custom("./auth.ts", {}),
    resources: {
      sheets: {
        fields: {
          id: field.id(),
          ...Object.fromEntries(names.map((name) => [name, field.text().optional()])),
          tags: field.json().default([]),
        },
        access: ({ signedIn }: { signedIn: () => unknown }) => ({ read: signedIn(), create: signedIn() }),
      },
    },
  } as unknown as ConfigData;
  const { model } = buildModel(config, { exists: () => true });
  if (model === null) throw new Error("the config is refused");
  const { app } = await loadApplication(model);
  const { binding, db } = openDatabase(model);
  const send = async (): Promise<Response> =>
    app.fetch(
      new Request("https://covara.test/api/sheets", {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Idempotency-Key": "wide-row-1",
          [userHeader]: JSON.stringify({ id: "ann" }),
        },
        body: JSON.stringify({ field0: "first", field31: "32nd", field69: "last", tags: [1, [2]] }),
      }),
      { DB: binding },
    );
  const first = await send();
  const body = await first.json();
  expect(first.status).toBe(201);
  expect(body).toMatchObject({
    field0: "first",
    field1: null,
    field31: "32nd",
    field69: "last",
    tags: [1, [2]],
  });
  const again = await send();
  expect(again.headers.get("Idempotency-Replayed")).toBe("true");
  expect(await again.json()).toEqual(body);
  db.close();
});

test("no function is called with more arguments than D1 takes", () => {
  const columns = Object.fromEntries(names.map((sql): [string, Column] => [sql, { sql, kind: "text" }]));
  const table = { name: "sheets", columns, projection: "", defaultLimit: 20, maxLimit: 100 };
  const answer = { type: "row", table, ids: ["1"], read: { sql: "", values: [] }, from: [0] } as const;
  const { sql } = keep({ id: "1", fingerprint: "" }, answer, 201, {});
  const calls = sql.match(/json_array\([^()]*\)/g) ?? [];
  expect(calls.length).toBe(3);
  for (const call of calls) expect(call.split(",").length, call).toBeLessThanOrEqual(32);
});

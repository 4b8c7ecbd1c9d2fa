/** Clients with `dates: "Date"`: types and answers have to agree. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { run } from "../../../generator/run.ts";
import { project } from "../cli/harness.ts";
import { compile, formatted } from "./compile.ts";
import { json, serve } from "./server.ts";

const config = `import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "shop",
  database: d1(),
  auth: custom("./auth.ts"),
  clients: [{ out: "../web", dates: "Date" }],
  resources: {
    items: {
      fields: {
        id: field.id({ client: true }),
        title: field.text(),
        note: field.text().optional(),
        soldAt: field.timestamp().optional(),
        createdAt: field.timestamp().createdAt(),
        shopId: field.ref("shops").optional(),
      },
      search: ["title"],
      softDelete: true,
      relations: { parts: { hasMany: "parts" } },
      procedures: {
        module: "./procedures.ts",
        row: { sell: { input: { at: field.timestamp() }, output: { at: field.timestamp(), text: field.text() } } },
        rpc: { next: { output: { at: field.timestamp().optional() } } },
      },
      access: (rules) => ({
        read: rules.signedIn(), create: rules.signedIn(), update: rules.signedIn(), delete: rules.signedIn(),
        readDeleted: rules.signedIn(), procedures: { sell: rules.signedIn(), next: rules.signedIn() },
      }),
    },
    itemsOld: { fields: { id: field.id(), soldAt: field.text() }, access: (rules) => ({ read: rules.signedIn() }) },
    parts: {
      fields: { id: field.id(), itemId: field.ref("items"), madeAt: field.timestamp() },
      access: (rules) => ({ read: rules.signedIn(), create: rules.signedIn() }),
    },
    shops: { fields: { id: field.id(), openedAt: field.timestamp() }, access: (rules) => ({ read: rules.signedIn() }) },
  },
});
`;

const usage = `import { createClient, type Item, type ItemCreate, type ItemWithDeleted } from "./client";
const { items } = createClient({ baseUrl: "" });
const input: ItemCreate = { title: "a", soldAt: new Date() };
const { items: [row] } = await items.list({ include: { parts: true, shop: true }, where: { soldAt: { gt: new Date() } } });
row?.createdAt.getTime();
row?.soldAt?.getTime();
row?.parts[0]?.madeAt.getTime();
row?.shop?.openedAt.getTime();
const [group] = await items.aggregate({ groupBy: ["soldAt"], max: ["createdAt"], having: { max: { createdAt: new Date() } } });
group?.max.createdAt?.getTime();
group?.key.soldAt?.getTime();
(await items.sell("", { at: new Date() })).at.getTime();
(await items.rpc.next()).at?.getTime();
await items.update("", { soldAt: null });
export type Deleted = ItemWithDeleted["deletedAt"] extends Date | null ? Item : never;
// @ts-expect-error not a text
const wrong: ItemCreate = { title: "a", soldAt: "2026-01-01T00:00:00Z" };
// @ts-expect-error not a text
row?.createdAt.slice(0, 10);
export { input, wrong };
`;

const id = "0190b5a4-6c1d-7000-8000-00000000000a";
const text = "2026-01-02T03:04:05.678Z";
const date = new Date(text);

test("answers hold dates where the types say so, and texts that look like dates stay texts", async () => {
  using target = project({
    "api/covara.config.ts": config,
    "api/auth.ts": "export default () => null;\n",
    "api/procedures.ts": "export const sell = () => null;\nexport const next = () => null;\n",
    "web/usage.ts": usage,
  });
  const { ok, diagnostics } = await run({ configPath: path.join(target.root, "api/covara.config.ts") });
  expect([ok, diagnostics.filter(({ severity }) => severity === "error")]).toEqual([true, []]);
  compile(path.join(target.root, "web"), "usage.ts");
  const copy = target.get("web/client.ts");
  expect(formatted(copy)).toBe(copy);

  const row = {
    ...{ id, title: text, note: text, soldAt: null, createdAt: text, deletedAt: text },
    parts: [{ id, madeAt: text }],
    shop: { id, openedAt: text },
  };
  const { url, received } = await serve(({ url: at, method }) => {
    const rest = at.replace(/\?.*/, "").replace("/api/items", "");
    if (at.startsWith("/api/items-old"))
      return json({ items: [{ id, soldAt: text }], nextCursor: null, hasMore: false });
    if (rest === "/count") return json({ count: 1 });
    if (rest === "/aggregate") {
      return json({
        groups: [
          {
            key: { soldAt: null, title: text },
            max: { createdAt: text, note: text },
            min: { createdAt: text },
          },
        ],
      });
    }
    if (rest.endsWith("/sell")) return json({ at: text, text });
    if (rest === "/rpc/next") return json({ at: null });
    const isMany = rest === "/search" || rest.startsWith("/batch") || (rest === "" && method === "GET");
    return json(isMany ? { items: [row, null], total: 2, nextCursor: null, hasMore: false } : row);
  });
  const { createClient } = await import(pathToFileURL(path.join(target.root, "web/client.ts")).href);
  const { items, itemsOld } = createClient({ baseUrl: url });
  const revived = {
    ...row,
    ...{ createdAt: date, deletedAt: date },
    parts: [{ id, madeAt: date }],
    shop: { id, openedAt: date },
  };
  const many = [revived, null];
  expect((await items.list()).items).toEqual(many);
  expect((await items.search("x")).items).toEqual(many);
  expect(await items.createMany([{}, {}])).toEqual(many);
  expect(await items.upsertMany([{}, {}])).toEqual(many);
  for (const call of [
    () => items.get(id, { include: { parts: true } }),
    () => items.create({ title: "a", soldAt: date }),
    () => items.update(id, {}),
    () => items.replace(id, {}),
    () => items.restore(id),
  ]) {
    expect(await call()).toEqual(revived);
  }
  expect(received.some(({ body }) => body === `{"title":"a","soldAt":"${text}"}`)).toBe(true);
  for await (const each of items.paginate()) expect([revived, null]).toContainEqual(each);
  expect(await items.aggregate({ count: true })).toEqual([
    { key: { soldAt: null, title: text }, max: { createdAt: date, note: text }, min: { createdAt: date } },
  ]);
  expect(await items.count()).toBe(1);
  expect(await items.sell(id, { at: date })).toEqual({ at: date, text });
  expect(await items.rpc.next()).toEqual({ at: null });
  expect((await itemsOld.list()).items).toEqual([{ id, soldAt: text }]);

  const sent = received.length;
  const invalid = new Date("never");
  await expect(items.createMany([{ title: "a", soldAt: invalid }])).rejects.toThrow(
    "items.0.soldAt is an invalid date",
  );
  await expect(items.list({ where: { soldAt: invalid } })).rejects.toBeInstanceOf(RangeError);
  expect(received).toHaveLength(sent);
});

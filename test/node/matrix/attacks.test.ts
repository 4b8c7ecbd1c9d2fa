/** Attempts that the reference application gives no occasion for. */
import { afterAll, describe, expect, test } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ruleBuilder } from "../../../schema/access.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { custom, d1, field } from "../../../schema/index.ts";
import type { Row, User } from "../../matrix/rows.ts";
import { cleanUp, startApplication } from "./application.ts";

type Builder = typeof ruleBuilder;

afterAll(cleanUp);

const config = {
  name: "attacks",
  database: d1(),
  auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    users: { fields: { id: field.id() }, access: () => ({}) },
    // A value that must be unique, is the same for all rows, and is hidden: the second row collides.
    coupons: {
      fields: { id: field.id(), code: field.text(), serial: field.text().unique().hidden().default("one") },
      access: ({ signedIn }: Builder) => ({ read: signedIn(), create: signedIn() }),
    },
    // A unique value that others have, in rows that one may not read.
    names: {
      fields: { id: field.id(), name: field.text().unique(), ownerId: field.ref("users").owner() },
      access: ({ owner }: Builder) => ({
        read: owner("ownerId"),
        create: owner("ownerId"),
        update: owner("ownerId"),
      }),
    },
    // Written without being read.
    drops: {
      fields: { id: field.id({ client: true }), text: field.text(), ownerId: field.ref("users").owner() },
      access: ({ owner }: Builder) => ({ create: owner("ownerId") }),
    },
    // What a row leads to has rules of its own.
    folders: {
      fields: {
        id: field.id(),
        name: field.text(),
        ownerId: field.ref("users").owner(),
        parentId: field.ref("folders").optional(),
      },
      relations: { files: { hasMany: "files" } },
      access: ({ owner, signedIn }: Builder) => ({
        read: signedIn(),
        create: signedIn(),
        update: owner("ownerId"),
      }),
    },
    files: {
      fields: {
        id: field.id(),
        name: field.text(),
        folderId: field.ref("folders"),
        keeperId: field.ref("keepers").hidden().optional(),
      },
      access: ({ through }: Builder) => {
        const own = through("folder", ((folder: Builder) => folder.owner("ownerId")) as never);
        return { read: own, create: own, update: own, delete: own };
      },
    },
    // Rules that a change can break without setting a field that they name.
    drafts: {
      fields: { id: field.id(), text: field.text(), version: field.version() },
      access: ({ signedIn, where }: Builder) => ({
        read: signedIn(),
        create: signedIn(),
        update: where(((row: { version: { lt(value: number): unknown } }) => row.version.lt(2)) as never),
      }),
    },
    rings: {
      fields: { id: field.id(), open: field.boolean(), nextId: field.ref("rings").optional() },
      relations: { previous: { hasMany: "rings", by: "nextId" } },
      access: ({ signedIn, through }: Builder) => {
        const open = (ring: Builder) =>
          ring.where(((row: { open: { eq(value: boolean): unknown } }) => row.open.eq(true)) as never);
        return { read: signedIn(), create: signedIn(), update: through("previous", open as never) };
      },
    },
    keepers: {
      fields: { id: field.id(), name: field.text() },
      relations: { files: { hasMany: "files" } },
      access: ({ public: everybody }: Builder) => ({ read: everybody() }),
    },
  },
} as unknown as ConfigData;

function modelOf(data: ConfigData): Model {
  const { model, diagnostics } = buildModel(data, { exists: () => true });
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return model;
}

const application = await startApplication(modelOf(config));
const ann: User = { id: "01890000-0000-7000-8000-00000000000a", role: "member" };
const eve: User = { id: "01890000-0000-7000-8000-00000000000e", role: "member" };
const ids = ["1", "2", "3", "4"].map((digit) => `0189000${digit}-0000-7000-8000-000000000000`);
const [one = "", two = "", three = "", four = ""] = ids;
const seeded: Record<string, Row[]> = {
  users: [{ id: ann.id }, { id: eve.id }],
  names: [{ id: one, name: "taken", owner_id: ann.id }],
  drops: [{ id: one, text: "ann's", owner_id: ann.id }],
  folders: [
    { id: one, name: "ann's", owner_id: ann.id, parent_id: null },
    { id: two, name: "eve's", owner_id: eve.id, parent_id: null },
  ],
  drafts: [{ id: one, text: "x", version: 1 }],
  rings: [{ id: one, open: 1, next_id: one }],
  keepers: [{ id: four, name: "k" }],
  files: [
    { id: three, name: "private", folder_id: one, keeper_id: four },
    { id: four, name: "eve's", folder_id: two, keeper_id: null },
  ],
};

/** Sends a request to the application with its seeded rows. */
async function send(user: User | null, method: string, path: string, json?: unknown) {
  const reply = await application.send(user, method, `/api${path}`, json);
  return { ...reply, json: (reply.text === "" ? {} : JSON.parse(reply.text)) as Record<string, unknown> };
}

async function fresh(): Promise<void> {
  await application.reset(seeded);
}

describe("contract 4.4", () => {
  test("a conflict over a hidden field does not name it", async () => {
    await fresh();
    expect((await send(ann, "POST", "/coupons", { code: "a" })).status).toBe(201);
    for (const [path, body] of [
      ["/coupons", { code: "b" }],
      ["/coupons/batch", { items: [{ code: "b" }] }],
    ] as const) {
      const { status, text, json } = await send(ann, "POST", path, body);
      expect([status, json.code, json.errors]).toEqual([409, "CONFLICT", undefined]);
      expect(text).not.toMatch(/serial|"one"/);
    }
  });

  test("a relation over a hidden reference leads nowhere, from either end", async () => {
    await fresh();
    for (const path of [
      "/files?include=keeper",
      "/keepers?include=files",
      `/keepers/${four}?include=files`,
    ]) {
      expect([path, (await send(ann, "GET", path)).status]).toEqual([path, 400]);
    }
  });
});

describe("contract 4.2", () => {
  test("a conflict with a row that one may not read tells that the value is taken, and nothing of the row", async () => {
    await fresh();
    const { status, text } = await send(eve, "POST", "/names", { name: "taken" });
    expect([status, text.includes(one), text.includes(ann.id)]).toEqual([409, false, false]);
  });

  test("what nobody may read is not read back by creating it again", async () => {
    await fresh();
    for (const [path, body] of [
      ["/drops", { id: one, text: "x" }],
      ["/drops/batch", { items: [{ id: one, text: "x" }] }],
      ["/drops/batch/upsert", { items: [{ id: one, text: "x" }] }],
    ] as const) {
      const reply = await send(ann, "POST", path, body);
      expect([path, reply.status]).toEqual([path, 409]);
      expect(reply.text).not.toContain("ann's");
    }
    for (const path of ["/drops", `/drops/${one}`, "/drops/count", "/drops/aggregate?count=true"]) {
      expect([404, 405]).toContain((await send(ann, "GET", path)).status);
    }
  });
});

describe("contract 4.3: rules through relations", () => {
  const moves = [
    ["PATCH", `/files/${four}`, { folderId: one }],
    ["PUT", `/files/${four}`, { name: "x", folderId: one }],
    ["PATCH", "/files/batch?filter=*", { folderId: one }],
    ["POST", "/files", { name: "x", folderId: one }],
    [
      "POST",
      "/files/batch",
      {
        items: [
          { name: "x", folderId: two },
          { name: "y", folderId: one },
        ],
      },
    ],
  ] as const;

  test.each(moves)("a file is not put into a folder of somebody else: %s %s", async (method, path, json) => {
    await fresh();
    expect((await send(eve, method, path, json)).status).toBe(403);
    expect(await application.dump()).toMatchObject({ files: seeded.files });
  });

  test("nor embedded below one, and one's own new folder takes no file of others along", async () => {
    await fresh();
    const made = await send(eve, "POST", "/folders", { name: "new", files: [{ name: "a" }] });
    expect(made.status).toBe(201);
    for (const files of [
      [{ name: "a", folderId: one }],
      [{ id: three, name: "a" }],
      [{ name: "a", keeperId: four }],
    ]) {
      expect((await send(eve, "POST", "/folders", { name: "new", files })).status).toBe(400);
    }
    const own = await send(eve, "GET", "/files?include=folder");
    expect(own.text).not.toContain("private");
    expect((await send(eve, "GET", `/folders/${one}?include=files`)).json.files).toEqual([]);
  });
});

describe("contract 4.3: the rule of an update holds afterwards too", () => {
  test.each([
    ["the version of the row", "drafts", { text: "y" }],
    ["other rows, of which the row is one", "rings", { open: false }],
  ])("where it looks at %s", async (_name, key, patch) => {
    for (const path of [`/${key}/${one}`, `/${key}/batch?filter=*`]) {
      await fresh();
      expect([path, (await send(ann, "PATCH", path, patch)).status]).toEqual([path, 403]);
      expect(await application.dump()).toMatchObject({ [key]: seeded[key] });
    }
  });
});

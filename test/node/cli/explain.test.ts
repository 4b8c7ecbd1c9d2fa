import { describe, expect, test } from "vitest";
import { covara, project } from "./harness.ts";

const config = `import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "explained",
  database: d1(),
  auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]), city: field.text() } }),
  resources: {
    users: { fields: { id: field.id() }, access: ({ signedIn }) => ({ read: signedIn() }) },
    shops: {
      fields: { id: field.id(), ownerId: field.ref("users").owner(), city: field.text() },
      access: ({ any, owner, role, public: everyone }) => ({
        read: everyone(),
        create: owner("ownerId"),
        update: any(owner("ownerId"), role("admin")),
      }),
    },
    orders: {
      fields: { id: field.id(), shopId: field.ref("shops"), city: field.text(), note: field.text() },
      softDelete: true,
      access: ({ through, where, any }) => ({
        read: any(
          through("shop", (shop) => shop.owner("ownerId")),
          where((row, user) => row.city.eq(user.city).and(row.note.ne("it's?"))),
        ),
        update: where((row, user) => row.city.eq(user.city)),
        procedures: { ship: through("shop", (shop) => shop.owner("ownerId")) },
      }),
      procedures: { module: "./orders.ts", row: { ship: {} } },
    },
  },
});
`;

const files = {
  "covara.config.ts": config,
  "auth.ts": "export default () => null;\n",
  "orders.ts": "export const ship = () => undefined;\n",
};

describe("covara explain", () => {
  test("shows who may subscribe, in SQL and as the predicate that events are held against", () => {
    using target = project({
      ...files,
      "covara.config.ts": config.replace("softDelete", "live: true, softDelete"),
    });
    expect(covara(["explain", "orders", "subscribe"], target.root).stdout).toMatchInlineSnapshot(`
      "orders subscribe
        GET /api/orders/subscribe
        GET /api/orders/aggregate/subscribe

        The row, before or after a change: not deleted and (through(shop: owner(ownerId)) or where(city == user.city and note != "it's?"))
          nobody signed in   no row
          anybody signed in  WHERE deleted_at IS NULL AND (shop_id IN (SELECT id FROM shops WHERE owner_id = user.id) OR (city = user.city AND note <> 'it''s?'))
                             row.deletedAt === null && (has("shop", row.shopId) || (row.city === user.city && row.note !== "it's?"))
                             has("shop") of shops: row.ownerId === user.id
      "
    `);
    expect(covara(["explain", "shops", "subscribe"], target.root).stderr).toContain(
      'no operation "subscribe"',
    );
  });

  test("shows for each kind of caller the SQL that a rule comes to", () => {
    using target = project(files);
    expect(covara(["explain", "orders", "update"], target.root).stdout).toMatchInlineSnapshot(`
      "orders update
        PATCH /api/orders/:id
        PUT /api/orders/:id
        PATCH /api/orders/batch

        The row, to be read: not deleted and (through(shop: owner(ownerId)) or where(city == user.city and note != "it's?"))
          nobody signed in   no row
          anybody signed in  WHERE deleted_at IS NULL AND (shop_id IN (SELECT id FROM shops WHERE owner_id = user.id) OR (city = user.city AND note <> 'it''s?'))

        The row, to be changed: where(city == user.city)
          nobody signed in   no row
          anybody signed in  WHERE city = user.city

        It has to hold for the row after the change as well, since requests can set city.
      "
    `);
  });

  test("knows that a new row's owner is the caller", () => {
    using target = project(files);
    expect(covara(["explain", "shops", "create"], target.root).stdout).toMatchInlineSnapshot(`
      "shops create
        POST /api/shops
        POST /api/shops/batch

        The new row: owner(ownerId)
          nobody signed in   no row
          anybody signed in  any row

        The owner of a new row is the caller, so rules on that field hold by construction.
      "
    `);
  });

  test("explains procedures, too", () => {
    using target = project(files);
    const { stdout } = covara(["explain", "orders", "ship"], target.root);
    expect(stdout).toContain("POST /api/orders/:id/ship");
    expect(stdout).toContain("WHERE shop_id IN (SELECT id FROM shops WHERE owner_id = user.id)");
  });

  describe("of channels", () => {
    const rooms = {
      ...files,
      "covara.config.ts": config.replace("import { custom", "import { channel, custom").replace(
        "  resources: {",
        `  channels: {
    teams: channel({
      params: { city: field.text().max(40), kind: field.enum(["talk", "alerts"]) },
      message: { text: field.text(), from: field.text().owner() },
      access: ({ any, role, where }) => ({
        subscribe: any(role("admin"), where((room, user) => room.city.eq(user.city))),
        publish: any(role("admin"), where((room) => room.kind.eq("talk"))),
      }),
      presence: true,
    }),
    shops: channel({ message: { text: field.text() }, access: ({ public: all }) => ({ subscribe: all() }) }),
  },
  resources: {`,
      ),
    };

    test("shows the condition on rooms", () => {
      using target = project(rooms);
      expect(covara(["explain", "teams"], target.root).stdout).toMatchInlineSnapshot(`
        "channels.teams subscribe
          GET /api/channels/teams/:city/:kind
          GET /api/channels/teams/:city/:kind/ws
          GET /api/channels/teams/:city/:kind/presence

          The room, to listen to: role(admin) or where(city == user.city)
            nobody signed in  no room
            role admin        any room
            anybody else      where row.city === user.city

        channels.teams publish
          POST /api/channels/teams/:city/:kind
          GET /api/channels/teams/:city/:kind/ws

          The room, to publish in: role(admin) or where(kind == "talk")
            nobody signed in  where row.kind === "talk"
            role admin        any room
            anybody else      where row.kind === "talk"

          Over the WebSocket, messages come from those who may listen, and each is held against this rule.
          Messages name the caller in from, so nobody publishes without signing in.
        "
      `);
    });

    test("tells them from resources", () => {
      using target = project(rooms);
      expect(covara(["explain", "shops", "read"], target.root).stdout).toMatch(/^shops read\n/);
      const { stdout } = covara(["explain", "shops", "subscribe"], target.root);
      expect(stdout).toMatch(/^channels\.shops subscribe\n(?:.*\n)*.*any room/);
      expect(covara(["explain", "channels.shops", "publish"], target.root).stdout).toContain(
        "No request is offered it.",
      );
      expect(covara(["explain", "channels.shops", "read"], target.root).stderr).toContain(
        'There is no operation "read". Operations and procedures: subscribe, publish.',
      );
      expect(covara(["explain", "taems"], target.root).stderr).toContain("Did you mean teams?");
    });

    test("comes with everything", () => {
      using target = project(rooms);
      const { explanations } = JSON.parse(covara(["explain", "--json"], target.root).stdout);
      expect(explanations).toContainEqual(
        expect.objectContaining({ resource: "channels.teams", subject: "room", operation: "publish" }),
      );
    });
  });

  test("says where nobody is offered an operation", () => {
    using target = project(files);
    expect(covara(["explain", "shops", "delete"], target.root).stdout).toContain("Nobody is offered it");
  });

  test("explains everything where nothing is named, also as JSON", () => {
    using target = project(files);
    const { stdout, code } = covara(["explain", "--json"], target.root);
    const { ok, explanations } = JSON.parse(stdout);
    expect([code, ok]).toEqual([0, true]);
    expect(
      explanations.map(
        (each: { resource: string; operation: string }) => `${each.resource} ${each.operation}`,
      ),
    ).toEqual([
      ...["read", "create", "update", "delete"].map((operation) => `users ${operation}`),
      ...["read", "create", "update", "delete"].map((operation) => `shops ${operation}`),
      ...["read", "create", "update", "delete", "readDeleted", "ship"].map(
        (operation) => `orders ${operation}`,
      ),
    ]);
  });

  test.each([
    [["explain", "shop"], 'The config has no resource "shop". Did you mean shops?'],
    [["explain", "shops", "updte"], 'There is no operation "updte". Did you mean update?'],
  ])("%j is wrong usage", (args, message) => {
    using target = project(files);
    const { stderr, code } = covara(args, target.root);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("a config at fault ends with its diagnostics", () => {
    using target = project({
      ...files,
      "covara.config.ts": config.replace('owner("ownerId"))', 'owner("nobody"))'),
    });
    const { stderr, code } = covara(["explain"], target.root);
    expect([code, stderr]).toEqual([1, expect.stringContaining("COV1405")]);
  });
});

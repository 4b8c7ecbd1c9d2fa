/** What Better Auth, and plugins of it, may ask of the tables. */
import { env } from "cloudflare:workers";
import type { User } from "better-auth";
import type { Where } from "better-auth/adapters";
import { beforeAll, describe, expect, test } from "vitest";
import { betterAuth } from "#better/auth";

const adapter = async () => (await betterAuth(env).$context).adapter;

const people = [
  { name: "Ann", email: "ann@example.com", image: "https://example.com/a_1.png", createdAt: new Date(1000) },
  { name: "Bob", email: "bob@example.com", image: null, createdAt: new Date(2000) },
  {
    name: "Cäsar",
    email: "caesar@example.org",
    image: "https://example.com/ab1.png",
    createdAt: new Date(3000),
  },
  {
    name: "annette",
    email: "annette@example.org",
    image: null,
    createdAt: new Date(4000),
    emailVerified: true,
  },
];

beforeAll(async () => {
  const { create } = await adapter();
  for (const data of people) {
    await create({ model: "user", data: { emailVerified: false, ...data, updatedAt: data.createdAt } });
  }
});

async function names(where: Where[], more: object = {}): Promise<string[]> {
  const { findMany } = await adapter();
  return (
    await findMany<User>({ model: "user", where, sortBy: { field: "createdAt", direction: "asc" }, ...more })
  ).map(({ name }) => name);
}

describe("conditions", () => {
  test.each<[string, Where[], string[]]>([
    ["none", [], ["Ann", "Bob", "Cäsar", "annette"]],
    ["equal", [{ field: "name", value: "Ann" }], ["Ann"]],
    ["equal in any case", [{ field: "name", value: "ANN", mode: "insensitive" }], ["Ann"]],
    ["null", [{ field: "image", value: null }], ["Bob", "annette"]],
    ["not null", [{ field: "image", operator: "ne", value: null }], ["Ann", "Cäsar"]],
    ["other", [{ field: "name", operator: "ne", value: "Ann" }], ["Bob", "Cäsar", "annette"]],
    ["a boolean", [{ field: "emailVerified", value: true }], ["annette"]],
    ["earlier", [{ field: "createdAt", operator: "lt", value: new Date(2000) }], ["Ann"]],
    ["earlier or then", [{ field: "createdAt", operator: "lte", value: new Date(2000) }], ["Ann", "Bob"]],
    ["later", [{ field: "createdAt", operator: "gt", value: new Date(3000) }], ["annette"]],
    ["later or then", [{ field: "createdAt", operator: "gte", value: new Date(3000) }], ["Cäsar", "annette"]],
    ["among", [{ field: "name", operator: "in", value: ["Bob", "Ann", "Eve"] }], ["Ann", "Bob"]],
    ["among none", [{ field: "name", operator: "in", value: [] }], []],
    ["not among", [{ field: "name", operator: "not_in", value: ["Bob", "Ann"] }], ["Cäsar", "annette"]],
    ["containing", [{ field: "image", operator: "contains", value: "a_1" }], ["Ann"]],
    ["containing a percent sign", [{ field: "image", operator: "contains", value: "%" }], []],
    ["beginning", [{ field: "name", operator: "starts_with", value: "ann" }], ["annette"]],
    [
      "beginning in any case",
      [{ field: "name", operator: "starts_with", value: "ANN", mode: "insensitive" }],
      ["Ann", "annette"],
    ],
    ["ending", [{ field: "email", operator: "ends_with", value: ".org" }], ["Cäsar", "annette"]],
    [
      "ending with nothing",
      [{ field: "name", operator: "ends_with", value: "" }],
      ["Ann", "Bob", "Cäsar", "annette"],
    ],
    [
      "one or the other",
      [
        { field: "name", value: "Ann", connector: "OR" },
        { field: "name", value: "Bob", connector: "OR" },
      ],
      ["Ann", "Bob"],
    ],
    [
      "both, and one of two",
      [
        { field: "email", operator: "ends_with", value: ".org" },
        { field: "name", value: "Ann", connector: "OR" },
        { field: "name", value: "Cäsar", connector: "OR" },
      ],
      ["Cäsar"],
    ],
  ])("%s", async (_, where, expected) => {
    expect(await names(where)).toEqual(expected);
    const { count } = await adapter();
    expect(await count({ model: "user", where })).toBe(expected.length);
  });

  test("pages have an order", async () => {
    expect(await names([], { limit: 2, offset: 1 })).toEqual(["Bob", "Cäsar"]);
    const byName = { sortBy: { field: "name", direction: "desc" } };
    expect(await names([], byName)).toEqual(["annette", "Cäsar", "Bob", "Ann"]);
  });
});

describe("changes", () => {
  const bob: Where[] = [{ field: "name", value: "Bob" }];

  test("come back as they are stored, dates as dates", async () => {
    const { update } = await adapter();
    const changed = await update<User>({ model: "user", where: bob, update: { emailVerified: true } });
    expect(changed).toMatchObject({ name: "Bob", emailVerified: true, createdAt: new Date(2000) });
    expect(changed).not.toHaveProperty("secretNote");
    expect(
      await update({ model: "user", where: [{ field: "name", value: "Eve" }], update: { image: null } }),
    ).toBeNull();
  });

  test("of several rows are counted without those of triggers", async () => {
    const { updateMany } = await adapter();
    const where: Where[] = [{ field: "email", operator: "ends_with", value: "example.com" }];
    expect(await updateMany({ model: "user", where, update: { name: "Same" } })).toBe(2);
  });

  test("by a sum are made by the statement that asks", async () => {
    const { create, incrementOne } = await adapter();
    const user = await create<Record<string, unknown>, User>({
      model: "user",
      data: { name: "Dan", email: "dan@example.com", createdAt: new Date(), updatedAt: new Date() },
    });
    const data = { userId: user.id, secret: "s", backupCodes: "b" };
    const { id } = await create<Record<string, unknown>, { id: string }>({ model: "twoFactor", data });
    const raise = () =>
      incrementOne<{ failedVerificationCount: number }>({
        model: "twoFactor",
        where: [
          { field: "id", value: id },
          { field: "failedVerificationCount", operator: "lt", value: 3 },
        ],
        increment: { failedVerificationCount: 1 },
        set: { lockedUntil: new Date(5000) },
      });
    const results = await Promise.all([raise(), raise(), raise(), raise(), raise()]);
    expect(results.filter((result) => result !== null).length).toBe(3);
    const row = await env.DB.prepare(
      "SELECT failed_verification_count, locked_until FROM second_factors",
    ).first();
    expect(row).toEqual({ failed_verification_count: 3, locked_until: "1970-01-01T00:00:05.000Z" });
  });

  test("that consume a row do so once", async () => {
    const { consumeOne } = await adapter();
    const take = () => consumeOne({ model: "twoFactor", where: [{ field: "secret", value: "s" }] });
    const taken = await Promise.all([take(), take(), take()]);
    expect(taken.filter((row) => row !== null).length).toBe(1);
    const users = await Promise.all(
      [1, 2].map(async () =>
        (await adapter()).consumeOne({ model: "user", where: [{ field: "name", value: "Dan" }] }),
      ),
    );
    expect(users.filter((row) => row !== null).length).toBe(1);
    const row = await env.DB.prepare("SELECT deleted_at FROM people WHERE name = 'Dan'").first();
    expect(row).toEqual({ deleted_at: expect.any(String) });
  });
});

test("two users cannot have the same account elsewhere", async () => {
  const { create, findMany } = await adapter();
  const [first, second] = await findMany<User>({ model: "user", limit: 2 });
  const account = (userId: string | undefined) => ({
    model: "account",
    data: { userId, providerId: "github", accountId: "7", createdAt: new Date(), updatedAt: new Date() },
  });
  await create(account(first?.id));
  await expect(create(account(second?.id))).rejects.toThrow(/UNIQUE/);
});

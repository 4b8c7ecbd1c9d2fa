import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerOf } from "../../../generator/emit/readable.ts";
import type { ResourceModel, Rule } from "../../../generator/model/types.ts";
import { all, any, everyone, field, nobody, owner, ownerField, resource, role, signedIn } from "./models.ts";

/** `ownerId` is set to the caller on create, `fixedId` only by the server, `freeId` by every request. */
const notes = (access: Partial<ResourceModel["access"]>, owned = true): ResourceModel =>
  resource(
    "notes",
    "Note",
    [
      ...(owned ? [ownerField("ownerId")] : []),
      field("fixedId", { kind: "ref", writable: false }),
      field("freeId", { kind: "ref" }),
    ],
    access,
  );

describe("what a create answers", () => {
  test.each<[string, Rule, Rule, string]>([
    ["anybody reads", everyone, everyone, "row"],
    ["nobody reads", everyone, nobody, "null"],
    ["the creator is the owner, who reads", signedIn, owner("ownerId"), "row"],
    [
      "only a signed-in caller can own, so even a public create is one's own",
      everyone,
      owner("ownerId"),
      "row",
    ],
    ["a reader is someone else", signedIn, role("admin"), "row or null"],
    ["the creator may name another reader", signedIn, owner("freeId"), "row or null"],
    ["the creator has to name itself", owner("freeId"), any(owner("freeId"), role("admin")), "row"],
    [
      "one of the two creators cannot read",
      any(owner("freeId"), role("admin")),
      owner("freeId"),
      "row or null",
    ],
    [
      "both creators can read",
      any(owner("freeId"), role("admin")),
      any(role("admin"), owner("freeId")),
      "row",
    ],
    ["a stricter create", all(role("admin"), owner("freeId")), role("admin"), "row"],
    ["a stricter read", role("admin"), all(role("admin"), owner("freeId")), "row or null"],
  ])("%s", (_, create, read, answer) => {
    expect(answerOf(notes({ create, read }), "create")).toBe(answer);
  });

  test("an anonymous caller creates where no field needs an owner", () => {
    expect(answerOf(notes({ create: everyone, read: signedIn }, false), "create")).toBe("row or null");
    expect(answerOf(notes({ create: everyone, read: signedIn }, true), "create")).toBe("row");
  });
});

describe("what an update answers", () => {
  test.each<[string, Rule, Rule, string]>([
    ["the reader cannot change who reads", signedIn, owner("fixedId"), "row"],
    ["nor the owner", signedIn, owner("ownerId"), "row"],
    ["nor who the row is", signedIn, owner("id"), "row"],
    ["the reader can give the row away", signedIn, owner("freeId"), "row or null"],
    ["unless updates are its own, before and after", owner("freeId"), owner("freeId"), "row"],
    [
      "one of two readers is fixed, and may not be the one",
      signedIn,
      any(owner("fixedId"), owner("freeId")),
      "row or null",
    ],
  ])("%s", (_, update, read, answer) => {
    expect(answerOf(notes({ update, read }), "update")).toBe(answer);
  });
});

const leaf: fc.Arbitrary<Rule> = fc.constantFrom(
  everyone,
  signedIn,
  nobody,
  role("admin"),
  role("editor"),
  owner("ownerId"),
  owner("fixedId"),
  owner("freeId"),
);
const branch = (parts: fc.Arbitrary<Rule>): fc.Arbitrary<Rule> =>
  fc.array(parts, { maxLength: 3 }).chain((rules) => fc.constantFrom(any(...rules), all(...rules)));
const rules = fc.oneof(leaf, branch(leaf), branch(fc.oneof(leaf, branch(leaf))));

interface User {
  readonly id: string;
  readonly role: string;
}
type Row = Readonly<Record<string, string>>;

/** The rules as the contract words them, with nothing shared with the generator. */
function allows(rule: Rule, user: User | null, row: Row): boolean {
  switch (rule.type) {
    case "public":
      return true;
    case "nobody":
      return false;
    case "signedIn":
      return user !== null;
    case "role":
      return user?.role === rule.role;
    case "owner":
      return user !== null && row[rule.field] === user.id;
    case "notDeleted":
      return true;
    case "where":
    case "through":
      throw new TypeError(`${rule.type} is not among the rules of this test`);
    case "any":
      return rule.rules.some((part) => allows(part, user, row));
    case "all":
      return rule.rules.every((part) => allows(part, user, row));
  }
}

const users: (User | null)[] = [
  null,
  ...["member", "admin", "editor"].map((name) => ({ id: "me", role: name })),
];
const ids = ["me", "other"];
const rows: Row[] = ids.flatMap((ownerId) =>
  ids.flatMap((fixedId) => ids.map((freeId) => ({ ownerId, fixedId, freeId }))),
);

test("null is left out exactly where no caller, row and change can lead to it", () => {
  fc.assert(
    fc.property(rules, rules, (write, read) => {
      const readable = users.some((user) => rows.some((row) => allows(read, user, row)));
      const unreadable = (user: User | null, row: Row): boolean =>
        allows(write, user, row) && !allows(read, user, row);
      const afterCreate = users.some((user) =>
        rows.some((row) => user !== null && row.ownerId === user.id && unreadable(user, row)),
      );
      const afterUpdate = users.some((user) =>
        rows.some(
          (row) =>
            allows(read, user, row) &&
            allows(write, user, row) &&
            ids.some((freeId) => unreadable(user, { ...row, freeId })),
        ),
      );
      const answer = (isNull: boolean): string => (readable ? (isNull ? "row or null" : "row") : "null");
      expect(answerOf(notes({ create: write, read }), "create")).toBe(answer(afterCreate));
      expect(answerOf(notes({ update: write, read }), "update")).toBe(answer(afterUpdate));
    }),
    { numRuns: 2_000 },
  );
});

test("beyond what can be tried out, nothing is proven", () => {
  const names = Array.from({ length: 11 }, (_, index) => `id${index}`);
  const read = any(...names.map(owner));
  const wide = resource(
    "notes",
    "Note",
    names.map((name) => field(name, { kind: "ref" })),
    { create: read, read },
  );
  expect(answerOf(wide, "create")).toBe("row or null");
});

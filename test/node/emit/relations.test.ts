import { d1, field } from "covara";
import { describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ConfigData, ResourceData, RuleData } from "../../../schema/data.ts";

const access = (read: RuleData["type"] | null) => (): Record<string, RuleData> =>
  read === "public"
    ? { read: { type: "public" }, create: { type: "public" } }
    : { create: { type: "public" } };

/** Posts with tags; what each may be read by, and whether the reference to the author is hidden. */
function filesOf(
  open: Readonly<Record<"posts" | "tags" | "taggings" | "authors", boolean>>,
  hidden = false,
): ReadonlyMap<string, string> {
  const rules = (key: keyof typeof open) => access(open[key] ? "public" : null);
  const author = field.ref("authors").optional();
  const posts: ResourceData = {
    fields: { id: field.id(), authorId: hidden ? author.hidden() : author },
    relations: { tags: { manyToMany: "tags", through: "taggings" } },
    access: rules("posts"),
  };
  const config: ConfigData = {
    name: "blog",
    database: d1(),
    resources: {
      posts,
      tags: { fields: { id: field.id() }, access: rules("tags") },
      taggings: {
        fields: { id: field.id(), postId: field.ref("posts"), tagId: field.ref("tags") },
        access: rules("taggings"),
      },
      authors: {
        fields: { id: field.id() },
        relations: { posts: { hasMany: "posts" } },
        access: rules("authors"),
      },
    },
  };
  const { model, diagnostics } = buildModel(config, { exists: () => true });
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return emit(model, { wranglerToml: null });
}

const all = { posts: true, tags: true, taggings: true, authors: true };

/** The names of relations by resource. */
function relationsOf(files: ReadonlyMap<string, string>): Record<string, string[]> {
  const text = files.get("relations.ts") ?? "";
  return Object.fromEntries(
    [...text.matchAll(/^export const (\w+)Relations: Relations<null> = \{\n([\s\S]*?)^\};/gm)].map(
      ([, name = "", body = ""]) => [name, [...body.matchAll(/^ {2}(\w+): \{/gm)].map(([, key = ""]) => key)],
    ),
  );
}

describe("contract 3.4: what include may follow", () => {
  test("all relations whose ends may be read, and the client knows the same", () => {
    const files = filesOf(all);
    expect(relationsOf(files)).toEqual({
      posts: ["author", "tags"],
      taggings: ["post", "tag"],
      authors: ["posts"],
    });
    const client = files.get("client.ts") ?? "";
    expect([...client.matchAll(/^ {2}readonly (\w+): To/gm)].map(([, name]) => name)).toEqual([
      "author",
      "tags",
      "post",
      "tag",
      "posts",
    ]);
    expect(files.get("routes/posts.ts")).toContain(
      "const include = { relations: postsRelations, user: null };",
    );
  });

  test.each([
    [
      "a target that nobody may read",
      { tags: false },
      { posts: ["author"], taggings: ["post"], authors: ["posts"] },
    ],
    [
      "a joining resource that nobody may read",
      { taggings: false },
      { posts: ["author"], authors: ["posts"] },
    ],
    ["a resource that nobody may read", { posts: false }, { taggings: ["tag"] }],
    ["nothing left to follow", { posts: false, taggings: false }, {}],
  ] as const)("not %s", (_, closed, expected) => {
    const files = filesOf({ ...all, ...closed });
    expect(relationsOf(files)).toEqual(expected);
    expect(files.has("relations.ts")).toBe(Object.keys(expected).length > 0);
    for (const [key, route] of [
      ["posts", "routes/posts.ts"],
      ["tags", "routes/tags.ts"],
      ["authors", "routes/authors.ts"],
    ] as const) {
      expect([key, files.get(route)?.includes("include") === true]).toEqual([key, key in expected]);
    }
  });

  test("not over a hidden reference, from either end: the other row would tell its value", () => {
    expect(relationsOf(filesOf(all, true))).toEqual({ posts: ["tags"], taggings: ["post", "tag"] });
  });

  test("without relations no file has a trace of include", () => {
    for (const [path, text] of filesOf({ ...all, posts: false, taggings: false })) {
      expect([path, /\binclude\b|readingRelated/i.test(text)]).toEqual([path, false]);
    }
  });
});

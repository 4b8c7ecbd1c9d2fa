/** What the document says of bodies is what the validators that are emitted beside it accept. */
import fs from "node:fs";
import path from "node:path";
import type { Schema } from "@cfworker/json-schema";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { nestedRelations, nestedSchemaName } from "../../../generator/emit/nested.ts";
import { offers } from "../../../generator/emit/rule.ts";
import { schemaNames } from "../../../generator/emit/schemas.ts";
import { Description } from "../../openapi/description.ts";
import { type Described, projects, randoms, root } from "./document.ts";

const folder = path.join(root, "test/.tmp", `openapi-inputs-${process.pid}`);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

type Json = Record<string, unknown>;
type Validators = Readonly<Record<string, { safeParse(value: unknown): { readonly success: boolean } }>>;

/**
 * Values at the edges of what fields accept. White space at the ends and letters of several units are left out: JSON Schema
 * knows no trimming and counts code points, so that it refuses, or lets through, a few lengths that the Worker does not.
 */
const values: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 3, 4, 99, 100, -5, -6, 1e-7, 2 ** 53, -(2 ** 53), 1e300],
  ...[
    "",
    "a",
    "/",
    "abc",
    "x".repeat(80),
    "x".repeat(81),
    "x".repeat(200),
    "x".repeat(201),
    "x".repeat(10_001),
  ],
  ...[
    "ann@example.com",
    `${"a".repeat(60)}@${"b".repeat(60)}.com`,
    "ann at example",
    "member",
    "slate",
    "vet",
    "it's",
    "+49 30",
  ],
  ...["https://example.com/a?b#c", "HTTP://example.com", "javascript:alert(1)", "ftp://example.com"],
  ...[
    "01980000-0000-7000-8000-000000000000",
    "01980000-0000-7000-8000-00000000000",
    "0198ABCD-0000-7000-8000-00000000ABCD",
  ],
  ...[
    "2026-01-31T09:30:00Z",
    "2026-01-31T09:30:00.123+02:00",
    "2026-01-31",
    "2026-13-31T09:30:00Z",
    "2026-01-31T09:30:00",
  ],
  ...[[], ["a"], [1], [null], [[]], {}, { a: 1 }, { text: "", deep: { list: [1, null, ""] } }],
];

/** A body that is changed in a few places. */
function bodies(schema: Json): fc.Arbitrary<Json> {
  const { properties = {}, examples = [{}] } = schema as { properties?: Json; examples?: Json[] };
  const own = Object.values(properties).flatMap((property) => {
    const {
      enum: members = [],
      const: only,
      default: standard,
    } = property as { enum?: unknown[]; const?: unknown; default?: unknown };
    return [...members, ...[only, standard].filter((value) => value !== undefined)];
  });
  const change = fc.tuple(
    fc.constantFrom(...Object.keys(properties), "id", "extra", "createdAt"),
    fc.oneof(fc.constant(undefined), fc.constantFrom(...values), fc.constantFrom(null, ...own)),
  );
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const body = new Map(Object.entries(examples[0] ?? {}));
    for (const [name, value] of changes) {
      if (value === undefined) body.delete(name);
      else body.set(name, value);
    }
    return Object.fromEntries(body);
  });
}

/** The schemas of bodies with the validators of the same. */
function pairs({ model, document }: Described): { readonly schema: Schema; readonly validator: string }[] {
  const paths = document.paths as Record<string, Record<string, Json>>;
  return model.resources.flatMap((resource) => {
    const names = schemaNames(resource);
    const at = `${model.basePath}/${resource.route}`;
    const create = nestedRelations(model, resource).length > 0 ? nestedSchemaName(resource) : names.create;
    const bodyOf = (route: string, method: string, validator: string) => {
      const operation = paths[route]?.[method] as {
        requestBody: { content: Record<string, { schema: Schema }> };
      };
      const schema = operation.requestBody.content["application/json"]?.schema;
      if (schema === undefined) throw new Error(`${method} ${route} has no body`);
      return { schema, validator };
    };
    return [
      ...(offers(resource, "create") ? [bodyOf(at, "post", create)] : []),
      ...(offers(resource, "update")
        ? [bodyOf(`${at}/{id}`, "patch", names.update), bodyOf(`${at}/{id}`, "put", names.replace)]
        : []),
    ];
  });
}

test("the document and the validators accept the same bodies", async () => {
  const verdicts = { accepted: 0, refused: 0 };
  for (const described of [...(await projects()), ...randoms(12)]) {
    const base = path.join(folder, path.basename(described.name).replaceAll(" ", "-"));
    fs.mkdirSync(base, { recursive: true });
    for (const name of ["schemas.ts", "json.ts"]) {
      const text = described.files.get(name);
      if (text !== undefined) fs.writeFileSync(path.join(base, name), text);
    }
    const validators = (await import(path.join(base, "schemas.ts"))) as Validators;
    const description = new Description(described.document);
    for (const { schema, validator } of pairs(described)) {
      // The id of a replace is compared with the path's, after the validator.
      const isReplace = validator.endsWith("Replace");
      const accepts = (body: Json): boolean => {
        const found = validators[validator];
        if (found === undefined) throw new Error(`${described.name} has no ${validator}`);
        return found.safeParse(body).success;
      };
      fc.assert(
        fc.property(bodies(description.resolve(schema as object) as Json), (given) => {
          const { id, ...others } = given;
          const body = isReplace ? others : given;
          const accepted = accepts(body);
          verdicts[accepted ? "accepted" : "refused"] += 1;
          const problem = description.problem(body, schema);
          expect([described.name, validator, body, problem === null], `${problem}`).toEqual([
            described.name,
            validator,
            body,
            accepted,
          ]);
        }),
        { seed: 11, numRuns: 150 },
      );
    }
  }
  expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(500);
});

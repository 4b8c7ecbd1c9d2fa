/** Hooks and procedures for random configs. The name of a module tells what it exports. */
import fc from "fast-check";
import type { ExportedValue, ModuleExports } from "../../../generator/model/modules.ts";
import type { FieldData, ProcedureData, ResourceData, RuleData } from "../../../schema/data.ts";
import { field } from "../../../schema/fields.ts";

type FieldLike = { readonly data: FieldData };

const hookNames = [
  "beforeCreate",
  "beforeUpdate",
  "beforeDelete",
  "afterCreate",
  "afterUpdate",
  "afterDelete",
  "guard",
];
const procedureNames = [
  "publish",
  "archiveDone",
  "x",
  "aNameThatIsLongEnoughToBreakLines",
  "constructorOf",
  "row",
  "input",
  "output",
  "context",
  "rule",
];

const fields: fc.Arbitrary<Readonly<Record<string, FieldLike>>> = fc
  .uniqueArray(fc.constantFrom("note", "id", "row", "output", "aFieldWhoseNameIsAlsoRatherLong"), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((names) =>
    fc
      .array(
        fc.constantFrom<FieldLike>(
          field.text().min(1).max(5).optional(),
          field.integer(),
          field.boolean(),
          field.timestamp().optional(),
          field.json(),
          field.enum(["a", "b"]),
        ),
        { minLength: names.length, maxLength: names.length },
      )
      .map((kinds) => Object.fromEntries(names.map((name, index) => [name, kinds[index] ?? field.text()]))),
  );

const procedure: fc.Arbitrary<ProcedureData> = fc.record(
  { input: fields, output: fields },
  { requiredKeys: [] },
);

/** What a resource declares of them, and the rules of its procedures. */
export interface RandomServer {
  readonly options: Pick<ResourceData, "hooks" | "procedures">;
  readonly rules: Readonly<Record<string, RuleData>>;
}

/** @param owners Fields that rules can compare with the caller. */
export const randomServer = (owners: readonly string[]): fc.Arbitrary<RandomServer> =>
  fc
    .tuple(
      fc.option(fc.subarray(hookNames)),
      fc.subarray(procedureNames),
      fc.array(fc.tuple(procedure, fc.boolean()), {
        minLength: procedureNames.length,
        maxLength: procedureNames.length,
      }),
      fc.constantFrom<RuleData>(
        { type: "public" },
        { type: "signedIn" },
        { type: "nobody" },
        { type: "role", role: "admin" },
      ),
      fc.constantFrom(...owners),
    )
    .map(([hooks, names, made, rule, owner]) => {
      const all = names.map((name, index) => ({
        name,
        data: made[index]?.[0] ?? {},
        row: made[index]?.[1] ?? true,
      }));
      const group = (row: boolean) =>
        Object.fromEntries(all.filter((one) => one.row === row).map(({ name, data }) => [name, data]));
      return {
        options: {
          ...(hooks === null ? {} : { hooks: `./src/hooks_${hooks.join("_")}.ts` }),
          ...(names.length === 0
            ? {}
            : {
                procedures: {
                  module: `./src/procedures_${names.join("_")}.ts`,
                  row: group(true),
                  rpc: group(false),
                },
              }),
        },
        rules: Object.fromEntries(
          all.map(({ name, row }): [string, RuleData] => [
            name,
            row ? { type: "owner", field: owner } : rule,
          ]),
        ),
      };
    });

const named = (file: string): readonly string[] | null => {
  const [, names] = /\/(?:hooks|procedures|computed)_(.*)\.ts$/.exec(`/${file}`) ?? [];
  return names === undefined ? null : names.split("_").filter((name) => name !== "");
};

/** What such a module exports; null for another one. */
export function serverExports(file: string): ModuleExports | null {
  const exports = named(file)?.map(
    (name): ExportedValue =>
      name === "guard"
        ? { name, kind: "value", parameters: null, keys: ["update"] }
        : { name, kind: "function", parameters: 0 },
  );
  return exports === undefined ? null : { ok: true, exports };
}

/** The text of such a module. */
export const serverText = (file: string): string =>
  (named(file) ?? [])
    .map((name) =>
      name === "guard"
        ? `export const guard = { update: () => ({ sql: "1", values: [] }) };\n`
        : `export const ${name} = () => JSON.parse("{}");\n`,
    )
    .join("") || "export {};\n";

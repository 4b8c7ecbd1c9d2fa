import fc from "fast-check";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostics/diagnostic.ts";
import { hasErrors } from "../../../generator/diagnostics/has-errors.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import type { FieldModel, LoggedTableModel, Model, ResourceModel } from "../../../generator/model/types.ts";
import type { FieldKind, Json, OnDelete } from "../../../schema/data.ts";
import type { Database, Row, Value } from "./database.ts";
import { expectInStep, freshSchema, History, migrate, rowsOf, schemaOf, sqlite } from "./database.ts";
import { entriesAfter, imagesOf } from "./live-board.ts";
import { app, field, id, index, ref, table } from "./models.ts";

const tableNames = ["users", "todos", "tags", "notes"] as const;
const columnNames = ["a", "b_c", "order", "due_at"] as const;
const [newTable, newColumn] = ["people", "moved_to"];
const rowsPerTable = 3;

const defaults: Readonly<Partial<Record<FieldKind, Json>>> = {
  text: "it's",
  integer: 7,
  number: 0.5,
  boolean: true,
  enum: "open",
  json: { list: [1, "two"] },
  timestamp: "2026-01-01T00:00:00.000Z",
};

interface FieldSpec {
  readonly kind: FieldKind;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  readonly unique: boolean;
  readonly generated: boolean;
  readonly members: readonly string[];
  readonly target: string;
  readonly onDelete: OnDelete;
  readonly renamedFrom?: string;
}

const fieldSpec: fc.Arbitrary<FieldSpec> = fc.record({
  kind: fc.constantFrom<FieldKind>(
    "text",
    "integer",
    "number",
    "boolean",
    "enum",
    "json",
    "timestamp",
    "ref",
    "ref",
    "version",
  ),
  nullable: fc.boolean(),
  hasDefault: fc.boolean(),
  unique: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  generated: fc.boolean(),
  members: fc.subarray(["done", "late"], { minLength: 0 }).map((members) => ["open", ...members]),
  target: fc.constantFrom<string>(...tableNames),
  onDelete: fc.constantFrom<OnDelete>("cascade", "set null", "restrict"),
});

interface TableSpec {
  readonly renamedFrom?: string;
  /** Whether its texts can be searched. */
  readonly search: boolean;
  /** Whether its changes are logged, and then with all fields or with some. */
  readonly live: "whole" | "part" | null;
  /** By column; an absent one is not in the model. */
  readonly columns: Readonly<Record<string, FieldSpec>>;
}

/** By table; an absent one is not in the model. */
type AppSpec = Readonly<Record<string, TableSpec>>;

const appSpec: fc.Arbitrary<AppSpec> = fc
  .record(
    Object.fromEntries(
      tableNames.map((name) => [
        name,
        fc.record({
          search: fc.boolean(),
          live: fc.constantFrom("whole", "part", null),
          columns: fc.record(Object.fromEntries(columnNames.map((column) => [column, fieldSpec])), {
            requiredKeys: [],
          }) as fc.Arbitrary<Record<string, FieldSpec>>,
        }),
      ]),
    ),
    { requiredKeys: ["users"] },
  )
  .map((spec) => spec as AppSpec);

interface Step {
  readonly other: AppSpec;
  readonly keep: readonly boolean[];
  readonly renameTable: boolean;
  readonly renameColumn: (typeof columnNames)[number] | null;
  /** Whether fields may become required that the rows may lack. */
  readonly demands: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  other: appSpec,
  keep: fc.array(fc.boolean(), { minLength: 8, maxLength: 16 }),
  renameTable: fc.boolean(),
  renameColumn: fc.option(fc.constantFrom(...columnNames)),
  demands: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
});

/** Some tables and columns of the spec, the rest of another, and perhaps a rename; so that most things stay. */
function changed(spec: AppSpec, { other, keep, renameTable, renameColumn }: Step): AppSpec {
  let next = 0;
  const keeps = () => keep[next++ % keep.length] ?? true;
  const union = (left: object, right: object) => [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const result: Record<string, TableSpec> = {};
  for (const name of union(spec, other)) {
    const [left, right] = [spec[name], other[name]];
    if (!left || !right) {
      const only = keeps() ? left : right;
      if (only) result[name] = only;
      continue;
    }
    const columns: Record<string, FieldSpec> = {};
    for (const column of union(left.columns, right.columns)) {
      const each = (keeps() ? left : right).columns[column];
      if (each) columns[column] = each;
    }
    result[name] = {
      ...left,
      columns,
      search: (keeps() ? left : right).search,
      live: (keeps() ? left : right).live,
    };
  }
  if (renameColumn) {
    for (const [name, each] of Object.entries(result)) {
      const { [renameColumn]: moved, ...rest } = each.columns;
      if (!moved || newColumn in rest || !spec[name]?.columns[renameColumn] || spec[name].columns[newColumn])
        continue;
      result[name] = { ...each, columns: { ...rest, [newColumn]: { ...moved, renamedFrom: renameColumn } } };
    }
  }
  if (renameTable && spec.users && result.users && !spec[newTable] && !result[newTable]) {
    result[newTable] = { ...result.users, renamedFrom: "users" };
    delete result.users;
  }
  // A rename that was applied may stay declared, as long as its old name is not in use again.
  for (const [name, each] of Object.entries(result)) {
    const columns = { ...each.columns };
    for (const { renamedFrom } of Object.values(columns)) delete columns[renamedFrom ?? ""];
    result[name] = { ...each, columns };
    if (each.renamedFrom !== undefined) delete result[each.renamedFrom];
  }
  if (Object.keys(result).length === 0) result.users = { columns: {}, search: false, live: null };
  return result;
}

/** The next spec without the changes that were refused. */
function withdrawn(spec: AppSpec, next: AppSpec, diagnostics: readonly Diagnostic[]): AppSpec {
  const result: Record<string, TableSpec> = { ...next };
  for (const { path } of diagnostics) {
    const [, key, , name] = path ?? [];
    const each = result[String(key)];
    if (!each) continue;
    const column = [...columnNames, newColumn].find((candidate) => field("text", candidate).name === name);
    const { [String(column)]: _, ...rest } = each.columns;
    const old = spec[String(key)]?.columns[String(column)];
    result[String(key)] = { ...each, columns: old ? { ...rest, [String(column)]: old } : rest };
  }
  return result;
}

function modelOf(spec: AppSpec): Model {
  const present = Object.keys(spec);
  const alias = new Map(present.map((name) => [spec[name]?.renamedFrom, name]));
  const fieldOf = (column: string, each: FieldSpec): FieldModel => {
    const fallback = each.hasDefault ? defaults[each.kind] : undefined;
    const unique = each.unique && ["text", "integer", "ref"].includes(each.kind);
    const options = {
      renamedFrom: each.renamedFrom ?? null,
      nullable: each.nullable && each.kind !== "version",
      unique,
      ...(fallback === undefined ? {} : { default: fallback }),
    };
    if (each.kind === "ref") {
      const known = spec[each.target] ? each.target : alias.get(each.target);
      const target = known ?? present[0] ?? "users";
      const onDelete = each.onDelete === "set null" && !each.nullable ? "cascade" : each.onDelete;
      return ref(column, target, onDelete, options);
    }
    if (each.kind === "enum") return field("enum", column, { ...options, values: each.members });
    if (each.kind === "timestamp" && each.generated) {
      return field("timestamp", column, { generated: "updatedAt", renamedFrom: options.renamedFrom });
    }
    return field(each.kind, column, options);
  };
  const model = app(
    ...present.map((name): ResourceModel => {
      const fields = Object.entries(spec[name]?.columns ?? {}).map(([column, each]) => fieldOf(column, each));
      const plain = fields.filter((each) => !each.unique).slice(0, 2);
      const indexes = plain.map((each) => index(name, [each.column, "id"]));
      const unique = fields.filter((each) => each.unique).map((each) => index(name, [each.column], true));
      const renamedFrom = spec[name]?.renamedFrom;
      const texts = fields
        .filter(({ kind }) => kind === "text" || kind === "enum")
        .map(({ column }) => column);
      const isSearched = spec[name]?.search === true && texts.length > 0;
      return table(name, [id, ...fields], {
        ...(renamedFrom === undefined ? {} : { renamedFrom }),
        indexes: [...indexes, ...unique],
        ...(isSearched ? { search: texts } : {}),
      });
    }),
  );
  const tables = model.resources.flatMap(({ key, fields }): LoggedTableModel[] => {
    const live = spec[key]?.live ?? null;
    // Whether a trigger fills a time in, and what is logged then, depends on how the table came about.
    if (live === null || fields.some(({ generated }) => generated === "updatedAt")) return [];
    const names = fields.slice(0, live === "whole" ? fields.length : 3).map(({ name }) => name);
    const whole = live === "whole";
    return [{ resource: key, whole, fields: names, needed: ["id"], streams: [], reaches: [] }];
  });
  if (tables.length === 0) return model;
  return {
    ...model,
    live: { binding: "LIVE", className: "Live", retention: 10_000, tables },
  };
}

function sample({ kind, values, reference, nullable }: FieldModel, row: number): Value {
  if (nullable && row === 0) return null;
  switch (kind) {
    case "enum":
      return values[row % values.length] ?? null;
    case "integer":
    case "version":
      return row + 10;
    case "number":
      return row + 0.5;
    case "boolean":
      return row % 2;
    case "json":
      return JSON.stringify({ row });
    case "timestamp":
      return `2026-01-0${row + 1}T00:00:00.000Z`;
    case "ref":
      return `${reference?.table}-${(row + 1) % rowsPerTable}`;
    default:
      return `text ${row}`;
  }
}

/** Fills every table with rows that refer to one another in circles, which needs the checks to be off meanwhile. */
async function fill(database: Database, model: Model): Promise<void> {
  await database.query("PRAGMA foreign_keys = OFF");
  for (const resource of model.resources) {
    for (let row = 0; row < rowsPerTable; row += 1) {
      const values = resource.fields.map((each) =>
        each.kind === "id" ? `${resource.table}-${row}` : sample(each, row),
      );
      const literals = values.map((value) => (typeof value === "string" ? `'${value}'` : String(value)));
      const names = resource.fields.map((each) => `"${each.column}"`);
      await database.query(`INSERT INTO "${resource.table}" (${names}) VALUES (${literals})`);
    }
  }
  await database.query("PRAGMA foreign_keys = ON");
  expect(await database.query("SELECT * FROM pragma_foreign_key_check")).toEqual([]);
}

async function dataOf(database: Database, model: Model): Promise<Map<string, Map<Value, Row>>> {
  const data = new Map<string, Map<Value, Row>>();
  for (const resource of model.resources) data.set(resource.table, await rowsOf(database, resource.table));
  return data;
}

/** Whether a column keeps its values as they are. */
function isKept(before: FieldModel, after: FieldModel, renamed: ReadonlyMap<string, string>): boolean {
  const target = before.reference?.table;
  return (
    before.kind === after.kind &&
    (target === undefined || (renamed.get(target) ?? target) === after.reference?.table) &&
    before.values.every((member) => after.values.includes(member))
  );
}

type Data = ReadonlyMap<string, ReadonlyMap<Value, Row>>;

/** Every row of a table that stays is there, with every value that stays. */
function expectKept(before: Model, after: Model, old: Data, now: Data): void {
  const find = <Item extends { readonly renamedFrom: string | null }>(
    items: readonly Item[],
    wanted: Item,
    nameOf: (item: Item) => string,
  ) =>
    items.find((item) => nameOf(item) === nameOf(wanted)) ??
    items.find((item) => nameOf(item) === wanted.renamedFrom);
  const pairs = after.resources.flatMap((resource) => {
    const was = find(before.resources, resource, (each) => each.table);
    return was ? [{ resource, was }] : [];
  });
  const renamed = new Map(pairs.map(({ resource, was }) => [was.table, resource.table]));
  for (const { resource, was } of pairs) {
    const rows = now.get(resource.table);
    const oldRows = old.get(was.table);
    expect([...(rows?.keys() ?? [])]).toEqual([...(oldRows?.keys() ?? [])]);
    for (const each of resource.fields) {
      const oldField = find(was.fields, each, (candidate) => candidate.column);
      if (!oldField || !isKept(oldField, each, renamed)) continue;
      for (const [key, row] of rows ?? []) {
        const value = oldRows?.get(key)?.[oldField.column];
        if (value === null) continue;
        // A migration that changes other fields of the row raises its version, as any change does.
        if (each.kind === "version") expect(row[each.column]).toBeGreaterThanOrEqual(Number(value));
        else expect(row[each.column]).toEqual(value);
      }
    }
  }
}

/** What the images of rows become by what was logged since; or what they are, where the log says that it lacks something. */
async function expectLogged(database: Database, before: Model, images: Images, after: Model): Promise<void> {
  const actual = await imagesOf(database, after);
  if (before.live === null || after.live === null) return;
  const entries = await entriesAfter(database, 0);
  for (const [table, rows] of images) {
    const own = entries.filter(({ source }) => source === table);
    const isReset = own.some((entry) => entry.before === null && entry.after === null);
    const now = actual.get(table);
    if (isReset || now === undefined) continue;
    const replayed = new Map(rows);
    for (const entry of own) {
      if (entry.after === null) replayed.delete(entry.id);
      else replayed.set(entry.id, entry.after);
    }
    expect(replayed).toEqual(now);
  }
}

/** Deletes all rows of each table whose changes are logged, looks at the entries, and undoes it. */
async function expectTriggers(database: Database, model: Model): Promise<void> {
  await database.query("PRAGMA foreign_keys = OFF");
  for (const [table, rows] of await imagesOf(database, model)) {
    await database.query("BEGIN");
    await database.query(`DELETE FROM "_covara_changes"`);
    await database.query(`DELETE FROM "${table}"`);
    const entries = await entriesAfter(database, 0);
    expect(new Map(entries.map(({ id: key, before }) => [key, before]))).toEqual(rows);
    await database.query("ROLLBACK");
  }
  await database.query("PRAGMA foreign_keys = ON");
}

type Images = Awaited<ReturnType<typeof imagesOf>>;

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** Fields that become required without a value for the rows that are there. */
function demandsOf(next: Model, history: History): readonly Diagnostic[] {
  const { diagnostics } = planMigration(next, history, { allowDestructive: false });
  return diagnostics.filter(({ code }) => code === "COV2005" || code === "COV2006");
}

const legitimateFailure = /UNIQUE constraint failed|^covara:\w+\.\w+ (has |cannot be converted to )/;

test("a migrated database is like a new one, and no row is lost", async () => {
  const outcomes = { migrated: 0, unchanged: 0, refused: 0, undone: 0 };
  await fc.assert(
    fc.asyncProperty(appSpec, fc.array(step, { minLength: 1, maxLength: 3 }), async (first, steps) => {
      const history = new History();
      const database = sqlite();
      let spec = first;
      let model = modelOf(first);
      await migrate(database, history.step(model));
      await fill(database, model);
      for (const each of steps) {
        let nextSpec = changed(spec, each);
        let next = modelOf(nextSpec);
        let plan = planMigration(next, history, { allowDestructive: true });
        if (hasErrors(plan.diagnostics)) expect(plan.files.size).toBe(0);
        const unwanted = [
          ...plan.diagnostics.filter(isError),
          ...(each.demands ? [] : demandsOf(next, history)),
        ];
        if (unwanted.length > 0) {
          nextSpec = withdrawn(spec, nextSpec, unwanted);
          next = modelOf(nextSpec);
          plan = planMigration(next, history, { allowDestructive: true });
        }
        if (hasErrors(plan.diagnostics)) {
          expect(plan.files.size).toBe(0);
          outcomes.refused += 1;
          continue;
        }
        const [schema, data] = [await schemaOf(database), await dataOf(database, model)];
        if (model.live !== null) await database.query(`DELETE FROM "_covara_changes"`);
        const images = await imagesOf(database, model);
        const sql = [...plan.files].find(([file]) => file.endsWith(".sql"))?.[1] ?? null;
        try {
          await migrate(database, sql);
        } catch (error) {
          expect(String(error instanceof Error ? error.message : error)).toMatch(legitimateFailure);
          expect(await schemaOf(database)).toEqual(schema);
          expect(await dataOf(database, model)).toEqual(data);
          outcomes.undone += 1;
          continue;
        }
        history.step(next, { allowDestructive: true });
        expect(await schemaOf(database), sql ?? "no SQL").toEqual(await freshSchema(next));
        expect(await database.query("SELECT * FROM pragma_foreign_key_check")).toEqual([]);
        expectKept(model, next, data, await dataOf(database, next));
        for (const resource of next.resources) await expectInStep(database, resource);
        await expectLogged(database, model, images, next);
        await expectTriggers(database, next);
        expect(history.step(next), "a second run writes nothing").toBeNull();
        outcomes[sql === null ? "unchanged" : "migrated"] += 1;
        spec = nextSpec;
        model = next;
      }
    }),
    { numRuns: 200 },
  );
  // Most plans must run, or the property would say little.
  expect(outcomes.migrated).toBeGreaterThan(outcomes.undone);
});

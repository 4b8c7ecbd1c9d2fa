/** The calls of `client.ts` that write a resource. */
import type { Model, ResourceModel } from "../model/types.ts";
import {
  applied,
  call,
  instantiation,
  interfaceHead,
  type ParameterText,
  type TypeText,
} from "./client-layout.ts";
import type { Names, Part } from "./client-names.ts";
import { whereType } from "./client-where.ts";
import { nestedRelations, nestedTypeName } from "./nested.ts";
import { isOwned } from "./new-row.ts";
import { answerOf } from "./readable.ts";
import { hasClientId } from "./routes-batch.ts";
import { type Operation, offers, simplify } from "./rule.ts";
import { restores } from "./soft-delete.ts";
import type { SourceFile } from "./source-file.ts";
import { numeral, propertyName, quote } from "./text.ts";

/** Name of the variable in `createClient` that sends each write under an idempotency key. */
export const keyed = "sendOnce";

/**
 * Whether all who may do one of these operations are known to the server: of others it takes no idempotency key. Several
 * operations have to be allowed together.
 */
export function isIdentified(model: Model, resource: ResourceModel, ...operations: Operation[]): boolean {
  if (model.auth === null) return false;
  if (operations.includes("create") && isOwned(resource)) return true;
  return operations.some(
    (operation) => simplify(resource.access[operation], { signedIn: false, role: null }) === false,
  );
}

/** What the calls of one group have in common. */
interface Group {
  readonly file: SourceFile;
  readonly names: Names;
  /** The variable that sends. */
  readonly send: string;
  /** The type of the options of a write. */
  readonly options: string;
  /** The last parameter of a write of one row, which may have to name a version. */
  rowOptions(): ParameterText;
  /** The name of the version field, as what a group of calls takes. */
  readonly version: readonly string[];
}

function group(file: SourceFile, model: Model, names: Names, ...operations: Operation[]): Group {
  const { resource } = names;
  const options = file.useType("covara/client", model.auth === null ? "CallOptions" : "WriteOptions");
  const version = resource.fields.find(({ generated }) => generated === "version");
  const { requireIfMatch } = resource;
  return {
    file,
    names,
    send: isIdentified(model, resource, ...operations) ? keyed : "send",
    options,
    rowOptions() {
      if (version === undefined) return `options?: ${options}`;
      const match = file.useType("covara/client", requireIfMatch ? "IfMatchRequired" : "IfMatch");
      return {
        name: requireIfMatch ? "options:" : "options?:",
        type: { sign: "&", types: [options, `${match}<${quote(version.name)}>`] },
      };
    },
    version: version === undefined ? [] : [quote(version.name)],
  };
}

/** All writes that somebody may do. */
export function emitWrites(file: SourceFile, model: Model, names: Names): Part[] {
  const { resource } = names;
  const upserts = hasClientId(resource) && offers(resource, "create");
  return [
    ...(offers(resource, "create") ? [emitCreate(model, group(file, model, names, "create"))] : []),
    ...(upserts ? [emitUpsert(upsertGroup(file, model, names))] : []),
    ...(offers(resource, "update") ? [emitUpdate(group(file, model, names, "read", "update"))] : []),
    ...(offers(resource, "delete") ? [emitDelete(group(file, model, names, "read", "delete"))] : []),
    ...(restores(resource) ? [emitRestore(group(file, model, names, "readDeleted", "delete"))] : []),
  ];
}

/** What a write gives: the row's type, null, or both. */
export function answerType(
  file: SourceFile,
  resource: ResourceModel,
  operation: "create" | "update",
): string {
  const answer = answerOf(resource, operation);
  if (answer === "null") return "null";
  const row = file.useType("./types.js", resource.typeName);
  return answer === "row" ? row : `${row} | null`;
}

const nullNote = {
  row: [],
  "row or null": ["Null where you may not read the row as it is then."],
  null: ["Always null, since nobody may read the row."],
} as const;

const matchNote = "With `ifMatch`, 412 where the row is no longer that one.";

/** A promise of one answer for each item. */
const answers = (answer: string): TypeText => `Promise<${answer.includes(" ") ? `(${answer})` : answer}[]>`;

/** `TodoCreated` */
const createdType = (resource: ResourceModel): string => `${resource.typeName}Created`;

/** Whether a create answers with more than the row. */
const hasCreated = (model: Model, resource: ResourceModel): boolean =>
  nestedRelations(model, resource).length > 0 && answerOf(resource, "create") !== "null";

/** Names that the file declares for this. */
export const createdNames = (model: Model, resource: ResourceModel): string[] =>
  hasCreated(model, resource) ? [createdType(resource)] : [];

/** The type of what a create answers where rows can be created together with a row. */
export function emitCreatedType(file: SourceFile, model: Model, resource: ResourceModel): string[] {
  if (!hasCreated(model, resource)) return [];
  return [
    "",
    `/** A new row of ${resource.key}, with those that were created together with it. */`,
    ...interfaceHead(createdType(resource), [file.useType("./types.js", resource.typeName)]),
    ...nestedRelations(model, resource).map(({ name, target, type }) => {
      const answer = answerType(file, target, "create");
      const many = answer.includes(" ") ? `(${answer})[]` : `${answer}[]`;
      return `  ${propertyName(name)}?: ${type === "hasMany" ? many : answer};`;
    }),
    "}",
  ];
}

function emitCreate(model: Model, { file, names, send, options }: Group): Part {
  const { resource, path } = names;
  const answer = answerType(file, resource, "create");
  const created = hasCreated(model, resource) ? createdType(resource) : null;
  const item = file.useType("./types.js", `${resource.typeName}Create`);
  const isNested = nestedRelations(model, resource).length > 0;
  const input = isNested ? file.useType("./types.js", nestedTypeName(resource)) : item;
  const note = nullNote[answerOf(resource, "create")];
  return {
    members: [
      ...call(
        [`\`POST ${path}\`: makes a row${isNested ? ", and those that it carries along" : ""}.`, ...note],
        {
          name: "create",
          parameters: [`input: ${input}`, `options?: ${options}`],
          result: applied(
            "Promise",
            created === null ? answer : answer.includes(" ") ? `${created} | null` : created,
          ),
        },
      ),
      ...call([`\`POST ${path}/batch\`: makes up to ${numeral(resource.batchLimit)} rows, all or none.`], {
        name: "createMany",
        parameters: [`items: readonly ${item}[]`, `options?: ${options}`],
        result: answers(answer),
      }),
    ],
    calls: instantiation(file.use("covara/client", "creating"), [input, item, answer], [send, quote(path)]),
  };
}

/** An upsert may come out as either write, so both have to be of callers that the server knows. */
function upsertGroup(file: SourceFile, model: Model, names: Names): Group {
  const { resource } = names;
  const creates = group(file, model, names, "create");
  const updates = isIdentified(model, resource, "read", "update");
  return !offers(resource, "update") || updates ? creates : { ...creates, send: "send" };
}

function emitUpsert({ file, names, send, options }: Group): Part {
  const { resource, path } = names;
  const created = answerType(file, resource, "create");
  const answer =
    offers(resource, "update") && created !== "null" ? answerType(file, resource, "update") : created;
  const either = created.length > answer.length ? created : answer;
  const item = `${file.useType("./types.js", `${resource.typeName}Create`)} & { id: string }`;
  return {
    members: call(
      [
        `\`POST ${path}/batch/upsert\`: makes the rows that are not there and changes the others, all or none.`,
        `Up to ${numeral(resource.batchLimit)}, known by their ids.`,
      ],
      {
        name: "upsertMany",
        parameters: [`items: readonly (${item})[]`, `options?: ${options}`],
        result: answers(either),
      },
    ),
    calls: instantiation(file.use("covara/client", "upserting"), [item, either], [send, quote(path)]),
  };
}

function emitUpdate({ file, names, send, options, rowOptions, version }: Group): Part {
  const { resource, path } = names;
  const answer = answerType(file, resource, "update");
  const note = [...nullNote[answerOf(resource, "update")], ...(version.length === 0 ? [] : [matchNote])];
  const patch = file.useType("./types.js", `${resource.typeName}Update`);
  const input = file.useType("./types.js", `${resource.typeName}Replace`);
  const where = whereType(resource);
  const result = applied("Promise", answer);
  return {
    members: [
      ...call([`\`PATCH ${path}/:id\`: changes the fields given.`, ...note], {
        name: "update",
        parameters: ["id: string", `patch: ${patch}`, rowOptions()],
        result,
      }),
      ...call([`\`PUT ${path}/:id\`: fields left out go back to their default.`, ...note], {
        name: "replace",
        parameters: ["id: string", `input: ${input}`, rowOptions()],
        result,
      }),
      ...call(
        [
          `\`PATCH ${path}/batch\`: changes up to ${numeral(resource.batchLimit)} rows, all or none, and gives their number.`,
        ],
        {
          name: "updateMany",
          parameters: [
            { name: "change:", type: applied(file.useType("covara/client", "Change"), where, patch) },
            `options?: ${options}`,
          ],
          result: "Promise<number>",
        },
      ),
    ],
    calls: instantiation(
      file.use("covara/client", "updating"),
      [patch, input, answer, where],
      [send, quote(path), ...version],
    ),
  };
}

function emitDelete({ file, names, send, options, rowOptions, version }: Group): Part {
  const { resource, path } = names;
  const where = whereType(resource);
  const kept = resource.deletedAt === null ? "" : ": it is kept, and hidden";
  return {
    members: [
      ...call([`\`DELETE ${path}/:id\`${kept}.`, ...(version.length === 0 ? [] : [matchNote])], {
        name: "delete",
        parameters: ["id: string", rowOptions()],
        result: "Promise<void>",
      }),
      ...call(
        [
          `\`DELETE ${path}/batch\`: deletes up to ${numeral(resource.batchLimit)} rows, all or none, and gives their number.`,
        ],
        {
          name: "deleteMany",
          parameters: [
            { name: "selection:", type: applied(file.useType("covara/client", "Selection"), where) },
            `options?: ${options}`,
          ],
          result: "Promise<number>",
        },
      ),
    ],
    calls: instantiation(file.use("covara/client", "deleting"), [where], [send, quote(path), ...version]),
  };
}

function emitRestore({ file, names, send, rowOptions, version }: Group): Part {
  const { resource, path } = names;
  const row = file.useType("./types.js", resource.typeName);
  return {
    members: call([`\`POST ${path}/:id/restore\`: brings a deleted row back.`], {
      name: "restore",
      parameters: ["id: string", rowOptions()],
      result: applied("Promise", row),
    }),
    calls: instantiation(file.use("covara/client", "restoring"), [row], [send, quote(path), ...version]),
  };
}

/** What the client of a live resource has besides: streams of changes, and lists that follow them. */
import type { FieldModel, Model, ResourceModel } from "../model/types.ts";
import { applied, call, comment, interfaceHead, signature, typedMember } from "./client-layout.ts";
import type { Names, Part } from "./client-names.ts";
import { whereType } from "./client-where.ts";
import { answerType, isIdentified, keyed } from "./client-write.ts";
import { visibleFields } from "./computed.ts";
import { leftToHook } from "./hooks.ts";
import { nestedRelations, nestedTypeName } from "./nested.ts";
import { hasClientId } from "./routes-batch.ts";
import { offers } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { expression, fits, list, propertyName, quote } from "./text.ts";

const runtime = "covara/client";

/** Whether the client follows the resource's changes. */
export const isFollowed = (resource: ResourceModel): boolean =>
  offers(resource, "subscribe") && offers(resource, "read");

/** `TodosLive`: the type of a live list. */
export const liveType = ({ client }: Pick<Names, "client">): string =>
  client.replace(/Client(?=_*$)/, "Live");

/** Name of the constant with what lists know of their rows. */
const rowsName = ({ identifier }: ResourceModel): string => `${identifier}Rows`;

/** Names that the file declares for a live resource. */
export const liveNames = (names: Names): string[] =>
  isFollowed(names.resource) ? [liveType(names), rowsName(names.resource)] : [];

/** The members and calls of a live resource, with the type of its lists. */
export function livePart(
  file: SourceFile,
  model: Model,
  names: Names,
): (Part & { readonly declarations: readonly string[] }) | null {
  const { resource, path, orderBy } = names;
  if (!isFollowed(resource)) return null;
  const type = (name: string): string => file.useType(runtime, name);
  const row = file.useType("./types.js", resource.typeName);
  const where = whereType(resource);
  const generic = { type: "Field", keys: row };
  const options = applied(type("SubscribeOptions"), "Field", where);
  const event = applied(type("RowEvent"), `Pick<${row}, Field>`);
  const subscribing = file.use(runtime, "subscribing");
  const writes = (["create", "update", "delete"] as const).flatMap((operation) =>
    offers(resource, operation) ? [`${operation}: ${senderOf(model, resource, operation)}`] : [],
  );
  return {
    declarations: emitLiveType(file, model, names),
    members: [
      ...call(
        [
          `\`GET ${path}/subscribe\`: the changes of the rows that you may read, as they happen, one by one.`,
          "The stream comes back by itself, and goes on where it was cut. Leaving the loop closes it.",
        ],
        {
          name: "subscribe",
          generic,
          parameters: [{ name: "options?:", type: options }],
          result: applied("AsyncIterable", event),
        },
      ),
      ...comment(["The same with callbacks. What it gives closes the stream."]),
      ...signature({
        name: "subscribe",
        generic,
        parameters: [
          { name: "options:", type: options },
          { name: "observer:", type: applied(type("Observer"), event) },
        ],
        result: "() => void",
      }),
      ...comment([
        `\`GET ${path}/aggregate/subscribe\`: what the rows that you may read come to, at first and whenever it differs.`,
      ]),
      ...typedMember("subscribeAggregate", type("SubscribeAggregate"), [row, orderBy, where]),
      ...call(
        [
          "A list that follows the server, and shows your own writes at once.",
          "It opens for its first listener.",
        ],
        {
          name: "live",
          generic,
          parameters: [{ name: "options?:", type: applied(type("LiveOptions"), "Field", orderBy, where) }],
          result: applied(liveType(names), `Pick<${row}, Field | "id">`),
        },
      ),
    ],
    calls: [
      list(
        `      ...${subscribing}<${[row, orderBy, where].join(", ")}>`,
        "(",
        ["send", quote(path)],
        ")",
        ",",
      ),
      ...livingCall(file.use(runtime, "living"), ["send", quote(path), rowsName(resource)], writes),
    ],
  };
}

/** The call that makes lists: its last argument is broken up first. */
function livingCall(name: string, values: readonly string[], writes: readonly string[]): string[] {
  const start = `      ...${name}(${values.join(", ")}, {`;
  const line = writes.length === 0 ? `${start}}),` : `${start} ${writes.join(", ")} }),`;
  return fits(line) ? [line] : [start, ...writes.map((write) => `        ${write},`), "      }),"];
}

/** The variable that sends a kind of write. */
const senderOf = (
  model: Model,
  resource: ResourceModel,
  operation: "create" | "update" | "delete",
): string =>
  isIdentified(
    model,
    resource,
    ...(operation === "create" ? (["create"] as const) : (["read", operation] as const)),
  )
    ? keyed
    : "send";

function emitLiveType(file: SourceFile, model: Model, names: Names): string[] {
  const { resource, path } = names;
  const row = file.useType("./types.js", resource.typeName);
  const unknown = unknownFields(resource);
  const fields = { sign: "|", types: unknown.map(quote) } as const;
  const known =
    unknown.length === 0 ? [] : [{ name: "known?:", type: applied("Partial", applied("Pick", row, fields)) }];
  const item = `${resource.typeName}Create`;
  const input = nestedRelations(model, resource).length > 0 ? nestedTypeName(resource) : item;
  const hint = `\`known\` is what you know of the fields that the server sets: without all of them it shows with the answer.`;
  const members = [
    ...(offers(resource, "create")
      ? call(
          [`\`POST ${path}\`: makes a row, and shows it at once.`, ...(unknown.length === 0 ? [] : [hint])],
          {
            name: "create",
            parameters: [`input: ${file.useType("./types.js", input)}`, ...known],
            result: applied("Promise", answerType(file, resource, "create")),
          },
        )
      : []),
    ...(offers(resource, "update")
      ? call([`\`PATCH ${path}/:id\`: changes a row, and shows that at once.`], {
          name: "update",
          parameters: ["id: string", `patch: ${file.useType("./types.js", `${resource.typeName}Update`)}`],
          result: applied("Promise", answerType(file, resource, "update")),
        })
      : []),
    ...(offers(resource, "delete")
      ? call([`\`DELETE ${path}/:id\`: takes a row away at once.`], {
          name: "delete",
          parameters: ["id: string"],
          result: "Promise<void>",
        })
      : []),
  ];
  const doc = `/** A live list of ${resource.key}. A write that the server refuses is taken back, and its promise fails. */`;
  const base = `${file.useType(runtime, "LiveStore")}<Row>`;
  const head = interfaceHead(`${liveType(names)}<Row = ${row}>`, [base]);
  if (members.length === 0) return ["", doc, ...head.slice(0, -1), `${head.at(-1)}}`];
  return ["", doc, ...head, ...members, "}"];
}

/** What lists know of the rows of a live resource. */
export function emitRowFields(file: SourceFile, { resource }: Names): string[] {
  if (!isFollowed(resource)) return [];
  const visible = visibleFields(resource);
  const stored = resource.fields.filter(({ hidden }) => !hidden);
  const defaults = stored.flatMap((field) => {
    const value = defaultOf(resource, field);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  const generated = (kind: FieldModel["generated"]): string[] =>
    stored.flatMap((field) => (field.generated === kind ? [field.name] : []));
  const [version] = generated("version");
  const names = (all: readonly string[]): string[] => all.map(quote);
  const times = visible.flatMap(({ name, kind }) => (kind === "timestamp" ? [name] : []));
  return [
    "",
    `/** What live lists know of the rows of ${resource.key}. */`,
    `const ${rowsName(resource)}: ${file.useType(runtime, "RowFields")} = {`,
    list("  fields: ", "[", names(visible.map(({ name }) => name)), "]", ","),
    list(
      "  defaults: ",
      "{ ",
      defaults.map(([name, value]) => `${propertyName(name)}: ${expression(value)}`),
      "}",
      ",",
    ),
    list("  times: ", "[", names(times), "]", ","),
    list("  createdAt: ", "[", names(generated("createdAt")), "]", ","),
    list("  updatedAt: ", "[", names(generated("updatedAt")), "]", ","),
    ...(version === undefined ? [] : [`  version: ${quote(version)},`]),
    ...(resource.requireIfMatch ? ["  isVersionRequired: true,"] : []),
    ...(hasClientId(resource) ? ["  isIdChosen: true,"] : []),
    "};",
  ];
}

/** The value of a new row that does not give one, where that is the same for each; undefined where it is not. */
const defaultOf = (resource: ResourceModel, field: FieldModel): unknown =>
  field.generated !== null || leftToHook(resource).includes(field)
    ? undefined
    : (field.default ?? (field.nullable ? null : undefined));

/** The fields of a new row that only the server knows. */
const unknownFields = (resource: ResourceModel): string[] => {
  const stored = new Map(resource.fields.map((field) => [field.name, field]));
  return visibleFields(resource).flatMap(({ name }) => {
    const field = stored.get(name);
    const isKnown =
      field !== undefined &&
      (field.writable ||
        (field.generated !== null && field.generated !== "owner") ||
        defaultOf(resource, field) !== undefined);
    return isKnown ? [] : [name];
  });
};

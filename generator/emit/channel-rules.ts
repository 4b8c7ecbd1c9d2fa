/** The rules of channels as JavaScript: they look at the caller and the parameters of a room, and so need no database. */
import { asRowField } from "../model/channel-access.ts";
import type { ChannelModel, Model, Rule } from "../model/types.ts";
import { channelNames, channelsOf } from "./channels.ts";
import { type Compared, conditionJs } from "./condition-js.ts";
import { arrow, layOut } from "./expression.ts";
import { inlineLogical, type Logical, logical } from "./logical.ts";
import { dependsOnCaller, describe, isNever, type Residue, rolesOf, simplify } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { fits, property, quote } from "./text.ts";

export type ChannelOperation = "subscribe" | "publish";

/** Name of the emitted function that holds a rule: `subscribeChatChannel`. */
export const channelRule = ({ typeName }: ChannelModel, operation: ChannelOperation): string =>
  `${operation}${typeName}`;

/** What the function is called with, where the parameters are `params`. */
export function channelRuleCall(channel: ChannelModel, operation: ChannelOperation, name: string): string {
  const asks = asker(channel, operation);
  const given = [...(asks("user") ? ["user"] : []), ...(asks("row") ? ["params"] : [])];
  return `${name}(${given.join(", ")})`;
}

/** Whether the function is called with the caller. */
export const asksForCaller = (channel: ChannelModel, operation: ChannelOperation): boolean =>
  asker(channel, operation)("user");

/** A function that is declared. */
export interface ChannelRule {
  readonly name: string;
  readonly channel: ChannelModel;
  readonly operation: ChannelOperation;
}

/** The rules that somebody may pass. */
export const channelRules = (model: Model): readonly ChannelRule[] =>
  channelsOf(model).flatMap((channel) =>
    (["subscribe", "publish"] as const)
      .filter((operation) => !isNever(channel.access[operation]))
      .map((operation) => ({ name: channelRule(channel, operation), channel, operation })),
  );

/** Whether a name stands in a predicate: `user`, `row`, or a helper. Parts of a rule that decide nothing are not written. */
function asker(channel: ChannelModel, operation: ChannelOperation): (name: string) => boolean {
  const predicate = predicateOf(channel, channel.access[operation], (helper) => helper);
  const literals = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
  const names = new Set(
    inlineLogical(predicate)
      .replaceAll(literals, "")
      .match(/(?<![.\w$])[A-Za-z]\w*/g),
  );
  return (name) => names.has(name);
}

const words = { subscribe: "listen to", publish: "publish in" } as const;

/** The section of `access.ts` with one of them. */
export function emitChannelRule(file: SourceFile, { name, channel, operation }: ChannelRule): string[] {
  const rule = channel.access[operation];
  const line = `/** Who may ${words[operation]} \`${channel.key}\`: ${describe(rule)}. */`;
  const doc = fits(line)
    ? [line]
    : ["/**", ` * Who may ${words[operation]} \`${channel.key}\`:`, ` * ${describe(rule)}.`, " */"];
  const asks = asker(channel, operation);
  const use = (helper: string): string => (asks(helper) ? file.use("covara/runtime/live", helper) : helper);
  const predicate = predicateOf(channel, rule, use);
  const parameters = [
    ...(asks("user") ? [`user: ${file.useType("./env.js", "User")} | null`] : []),
    ...(asks("row") ? [`row: ${file.useType("./types.js", channelNames(channel).paramsType)}`] : []),
  ];
  const begin = `export const ${name} = (`;
  const head = `${parameters.join(", ")}): boolean =>`;
  if (fits(begin + head)) return [...doc, layOut(begin, arrow(head, predicate), ";")];
  return [
    ...doc,
    begin,
    ...parameters.map((parameter) => `  ${parameter},`),
    layOut("", arrow("): boolean =>", predicate), ";"),
  ];
}

/** What is left to be asked of a room, for one kind of caller: as `row` and `user`, on one line. */
export function roomCondition(channel: ChannelModel, residue: Residue): string | boolean {
  const found = residueJs({ channel, use: (helper) => helper, compared: new Set() }, residue);
  return typeof found === "boolean" ? found : inlineLogical(found);
}

/** A rule while it is written. */
interface Written {
  readonly channel: ChannelModel;
  /** Gives the local name of a function of `covara/runtime/live`. */
  readonly use: (name: string) => string;
  readonly compared: Compared;
}

const predicateOf = (channel: ChannelModel, rule: Rule, use: Written["use"]): Logical =>
  ofCaller({ channel, use, compared: new Set() }, rule);

function ofCaller(written: Written, rule: Rule): Logical {
  const anonymous = simplify(rule, { signedIn: false, role: null });
  if (!dependsOnCaller(rule)) return text(residueJs(written, anonymous));
  const [first, ...others] = rule.type === "any" ? rule.rules.toSorted(byCaller) : [];
  // Parts that hold for anybody come first, so that the others are asked of callers who are signed in alone.
  if (first !== undefined && others.length > 0 && !dependsOnCaller(first)) {
    const before = isNever(first) ? [] : [ofCaller(written, first)];
    return logical("||", [...before, ofCaller(written, { type: "any", rules: others })]);
  }
  const roles = new Set([null, ...rolesOf(rule)]);
  // Whoever is not signed in gets less than others, never more.
  if (ruleJs({ ...written, compared: new Set() }, rule, roles).holds === true) {
    return logical("||", [
      "user !== null",
      ...(anonymous === false ? [] : [text(residueJs(written, anonymous))]),
    ]);
  }
  const open = anonymous === false ? [] : [text(residueJs(written, anonymous))];
  const signedIn = logical("&&", ["user !== null", text(ruleJs(written, rule, roles).holds)]);
  return logical("||", [...open, signedIn]);
}

const byCaller = (a: Rule, b: Rule): number => Number(dependsOnCaller(a)) - Number(dependsOnCaller(b));

const text = (value: Logical | boolean): Logical => (typeof value === "boolean" ? `${value}` : value);

/** Roles that the rule names; null stands for all others. */
type Roles = ReadonlySet<string | null>;

/** A rule for callers who are signed in. */
interface Decision {
  readonly holds: Logical | boolean;
  /** The roles of callers for whom it may hold. */
  readonly passed: Roles;
  /** The roles of callers for whom it may not. */
  readonly refused: Roles;
}

const decision = (holds: boolean, roles: Roles): Decision => ({
  holds,
  passed: holds ? roles : new Set(),
  refused: holds ? new Set() : roles,
});

/**
 * @param roles That the caller may have, as far as has been asked. TypeScript follows these questions, and refuses one that has been
 * answered.
 */
function ruleJs(written: Written, rule: Rule, roles: Roles): Decision {
  switch (rule.type) {
    case "public":
    case "signedIn":
      return decision(true, roles);
    case "nobody":
      return decision(false, roles);
    case "role": {
      const { role } = rule;
      const refused = new Set([...roles].filter((other) => other !== role));
      if (refused.size === 0 || !roles.has(role)) return decision(roles.has(role), roles);
      return { holds: `user.role === ${quote(role)}`, passed: new Set([role]), refused };
    }
    case "any":
    case "all":
      return joined(written, rule, roles);
    default: {
      const holds = residueJs(written, simplify(rule, { signedIn: true, role: null }));
      return { holds, passed: roles, refused: roles };
    }
  }
}

/** Each part is asked of those alone whom the parts before have not decided. */
function joined(
  written: Written,
  { type, rules }: Extract<Rule, { type: "any" | "all" }>,
  roles: Roles,
): Decision {
  const isAny = type === "any";
  let [undecided, decided]: [Roles, Roles] = [roles, new Set()];
  const open: Logical[] = [];
  for (const part of rules) {
    const { holds, passed, refused } = ruleJs(written, part, undecided);
    decided = new Set([...decided, ...(isAny ? passed : refused)]);
    undecided = isAny ? refused : passed;
    if (holds === isAny) return decision(isAny, roles);
    if (typeof holds !== "boolean") open.push(holds);
  }
  if (open.length === 0) return decision(!isAny, roles);
  const holds = logical(isAny ? "||" : "&&", open);
  return isAny
    ? { holds, passed: decided, refused: undecided }
    : { holds, passed: undecided, refused: decided };
}

function residueJs(written: Written, residue: Residue): Logical | boolean {
  const { channel, use, compared } = written;
  if (typeof residue === "boolean") return residue;
  switch (residue.type) {
    case "owner":
      return `${property("row", residue.field)} === user.id`;
    case "where": {
      const row = { key: channel.key, fields: channel.params.map(asRowField) };
      return conditionJs(row, residue.condition, use, compared);
    }
    case "any":
    case "all":
      return logical(
        residue.type === "any" ? "||" : "&&",
        residue.rules.map((part) => text(residueJs(written, part))),
      );
    default:
      throw new Error(`A rule of the channel ${channel.key} cannot be of type ${residue.type}`);
  }
}

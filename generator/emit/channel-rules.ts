/** The rules of channels as JavaScript: they look at the caller and the parameters of a room, and so need no database. */
import { asRowField } from "../model/channels.ts";
import type { ChannelModel, Model, Rule } from "../model/types.ts";
import { channelNames, channelsOf } from "./channels.ts";
import { conditionJs } from "./condition-js.ts";
import { arrow, layOut } from "./expression.ts";
import { type Logical, logical } from "./logical.ts";
import { dependsOnCaller, describe, fieldsOf, isNever, type Residue, simplify } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { fits, property, quote } from "./text.ts";

export type ChannelOperation = "subscribe" | "publish";

/** Name of the emitted function that holds a rule: `subscribeChatChannel`. */
export const channelRule = ({ typeName }: ChannelModel, operation: ChannelOperation): string =>
  `${operation}${typeName}`;

/** What the function is called with, where the parameters are `params`. */
export function channelRuleCall(channel: ChannelModel, operation: ChannelOperation, name: string): string {
  const rule = channel.access[operation];
  const given = [...(dependsOnCaller(rule) ? ["user"] : []), ...(looksAtRoom(rule) ? ["params"] : [])];
  return `${name}(${given.join(", ")})`;
}

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

const looksAtRoom = (rule: Rule): boolean => fieldsOf(rule).length > 0;

const words = { subscribe: "listen to", publish: "publish in" } as const;

/** The section of `access.ts` with one of them. */
export function emitChannelRule(file: SourceFile, { name, channel, operation }: ChannelRule): string[] {
  const rule = channel.access[operation];
  const line = `/** Who may ${words[operation]} \`${channel.key}\`: ${describe(rule)}. */`;
  const doc = fits(line)
    ? [line]
    : ["/**", ` * Who may ${words[operation]} \`${channel.key}\`:`, ` * ${describe(rule)}.`, " */"];
  const parameters = [
    ...(dependsOnCaller(rule) ? [`user: ${file.useType("./env.js", "User")} | null`] : []),
    ...(looksAtRoom(rule) ? [`row: ${file.useType("./types.js", channelNames(channel).paramsType)}`] : []),
  ];
  const use = (helper: string): string => file.use("covara/runtime/live", helper);
  const predicate = arrow(`(${parameters.join(", ")}): boolean =>`, predicateOf(channel, rule, use));
  return [...doc, layOut(`export const ${name} = `, predicate, ";")];
}

function predicateOf(channel: ChannelModel, rule: Rule, use: (name: string) => string): Logical {
  const anonymous = residueJs(channel, simplify(rule, { signedIn: false, role: null }), use);
  if (!dependsOnCaller(rule)) return text(anonymous);
  const [first, ...others] = rule.type === "any" ? rule.rules.toSorted(byCaller) : [];
  // Parts that hold for anybody come first, so that the others are asked of callers who are signed in alone.
  if (first !== undefined && others.length > 0 && !dependsOnCaller(first)) {
    const rest: Rule = { type: "any", rules: others };
    return logical("||", [predicateOf(channel, first, use), predicateOf(channel, rest, use)]);
  }
  const signedIn = ruleJs(channel, rule, use);
  if (anonymous === false) {
    return signedIn === true ? "user !== null" : logical("&&", ["user !== null", text(signedIn)]);
  }
  // Whoever is not signed in gets less than others, never more.
  if (signedIn === true) return logical("||", ["user !== null", text(anonymous)]);
  return logical("||", [text(anonymous), logical("&&", ["user !== null", text(signedIn)])]);
}

const byCaller = (a: Rule, b: Rule): number => Number(dependsOnCaller(a)) - Number(dependsOnCaller(b));

const text = (value: Logical | boolean): Logical => (typeof value === "boolean" ? `${value}` : value);

/** A rule for callers who are signed in. */
function ruleJs(channel: ChannelModel, rule: Rule, use: (name: string) => string): Logical | boolean {
  switch (rule.type) {
    case "public":
    case "signedIn":
      return true;
    case "nobody":
      return false;
    case "role":
      return `user.role === ${quote(rule.role)}`;
    case "any":
    case "all": {
      const isAny = rule.type === "any";
      const parts = rule.rules.map((part) => ruleJs(channel, part, use));
      if (parts.includes(isAny)) return isAny;
      const open = parts.filter((part) => typeof part !== "boolean");
      return open.length === 0 ? !isAny : logical(isAny ? "||" : "&&", open);
    }
    default:
      return residueJs(channel, simplify(rule, { signedIn: true, role: null }), use);
  }
}

function residueJs(
  channel: ChannelModel,
  residue: Residue,
  use: (name: string) => string,
): Logical | boolean {
  if (typeof residue === "boolean") return residue;
  switch (residue.type) {
    case "owner":
      return `${property("row", residue.field)} === user.id`;
    case "where": {
      const row = { key: channel.key, fields: channel.params.map(asRowField) };
      return conditionJs(row, residue.condition, use);
    }
    case "any":
    case "all":
      return logical(
        residue.type === "any" ? "||" : "&&",
        residue.rules.map((part) => text(residueJs(channel, part, use))),
      );
    default:
      throw new Error(`A rule of the channel ${channel.key} cannot be of type ${residue.type}`);
  }
}

/** Random channels: rooms, messages and rules of every kind, nested; and what the rules mean. */
import fc from "fast-check";
import { Condition } from "../../../schema/condition.ts";
import type { ChannelData, ConditionData, FieldData, OperandData, RuleData } from "../../../schema/data.ts";
import { channel, field } from "../../../schema/index.ts";
import { hostileNames } from "../model/random-config.ts";

type FieldLike = { readonly data: FieldData };

/** What rules can ask of the caller. */
export interface CallerScope {
  readonly roles: readonly string[];
  /** Fields of the user that hold text, or members of an enum. */
  readonly fields: readonly string[];
}

/** Members of a parameter; null for one that takes any text. */
export type Parameters = Readonly<Record<string, readonly string[] | null>>;

const texts = ["open", "a", "it's", 'row "user"'];

function condition(params: Parameters, fields: readonly string[]): fc.Arbitrary<ConditionData> {
  const names = Object.keys(params);
  const constant = (name: string) => fc.constantFrom(...(params[name] ?? texts));
  const operand = (name: string): fc.Arbitrary<OperandData> =>
    fc.oneof(
      { weight: 2, arbitrary: constant(name).map((value): OperandData => ({ type: "constant", value })) },
      fc.constantFrom(...names).map((other): OperandData => ({ type: "field", field: other })),
      ...(fields.length === 0
        ? []
        : [fc.constantFrom(...fields).map((other): OperandData => ({ type: "user", field: other }))]),
    );
  const term = fc.constantFrom(...names).chain(
    (name): fc.Arbitrary<ConditionData> =>
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            type: fc.constant("compare" as const),
            operator: fc.constantFrom("eq" as const, "ne" as const),
            field: fc.constant(name),
            value: operand(name),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.uniqueArray(constant(name), { minLength: 1, maxLength: 3 }).map((values) => ({
            type: "in" as const,
            field: name,
            values: values.map((value) => ({ type: "constant" as const, value })),
          })),
        },
      ),
  );
  return fc.letrec<{ tree: ConditionData }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      term,
      fc.record({
        type: fc.constantFrom("and" as const, "or" as const),
        items: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
      }),
      tie("tree").map((item) => ({ type: "not" as const, item })),
    ),
  })).tree;
}

/** Rules on rooms. @param caller Null where nobody is ever signed in. */
export function randomRoomRule(params: Parameters, caller: CallerScope | null): fc.Arbitrary<RuleData> {
  const leaves: fc.Arbitrary<RuleData>[] = [
    fc.constantFrom<RuleData>({ type: "public" }, { type: "nobody" }),
  ];
  if (caller !== null) {
    const owners = Object.keys(params).filter((key) => params[key] === null);
    const named: readonly RuleData[] = [
      ...caller.roles.map((role): RuleData => ({ type: "role", role })),
      ...owners.map((key): RuleData => ({ type: "owner", field: key })),
    ];
    leaves.push(fc.constantFrom<RuleData>({ type: "signedIn" }, ...named));
  }
  if (Object.keys(params).length > 0) {
    leaves.push(
      condition(params, caller?.fields ?? []).map(
        (data): RuleData => ({ type: "where", condition: new Condition(data) }),
      ),
    );
  }
  return fc.letrec<{ tree: RuleData }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(...leaves),
      fc.record({
        type: fc.constantFrom("any" as const, "all" as const),
        rules: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
      }),
    ),
  })).tree;
}

/** What is a member of every object can be no name. */
const usable = hostileNames.filter((each) => !(each in {}));
const name = fc.constantFrom(...usable, "aNameThatIsLongEnoughToBreakLinesWhereverItStands");

const parameter = fc.oneof(
  fc.constantFrom<readonly [FieldLike, null]>(
    [field.text().max(20), null],
    [field.text().min(1).max(9), null],
  ),
  fc
    .uniqueArray(fc.constantFrom("a", "b", "it's", "`x`"), { minLength: 1, maxLength: 3 })
    .map((values) => [field.enum(values as [string, ...string[]]), values] as const),
);

const messageField = fc.constantFrom<FieldLike>(
  field.text(),
  field.text().owner(),
  field.text().min(1).max(2_000).optional(),
  field.text().trim().email(),
  field.integer().min(0),
  field.number().optional(),
  field.boolean(),
  field.enum(["a", "it's"]),
  field.timestamp(),
  field.timestamp().optional(),
  field.json(),
  field.json().optional(),
);

/** Channels for applications in which nobody (null) or somebody may be signed in. */
export function randomChannels(caller: CallerScope | null): fc.Arbitrary<Record<string, ChannelData>> {
  const isOwner = ({ data }: FieldLike): boolean => "owner" in data && data.owner === true;
  const message = fc
    .dictionary(name, messageField, { maxKeys: 4, minKeys: 1 })
    .map((fields) =>
      Object.fromEntries(
        Object.entries(fields).map(([key, each]) => [
          key,
          caller === null && isOwner(each) ? field.text() : each,
        ]),
      ),
    );
  const one = fc
    .uniqueArray(fc.tuple(name, parameter), { maxLength: 3, selector: ([key]) => key })
    .chain((drawn) => {
      const params = Object.fromEntries(drawn.map(([key, [, members]]) => [key, members]));
      const rule = randomRoomRule(params, caller);
      const access = fc.record({ subscribe: rule, publish: rule }, { requiredKeys: [] });
      return fc
        .tuple(message, access, fc.constantFrom(1, 20, 10_000), fc.boolean(), fc.boolean())
        .map(([fields, rules, history, presence, patterns]) =>
          channel({
            ...(drawn.length === 0
              ? {}
              : { params: Object.fromEntries(drawn.map(([key, [each]]) => [key, each])) as never }),
            message: fields as never,
            access: () => rules,
            history,
            presence: presence && caller !== null,
            patterns: patterns && drawn.length > 0,
          }),
        );
    });
  return fc.dictionary(name, one, { maxKeys: 3 });
}

/** A caller, with all fields that a rule may ask for. */
export type RoomCaller = Readonly<Record<string, string | null>>;

/** Whether a rule lets a caller do what it is about in a room. */
export function mayInRoom(
  rule: RuleData,
  user: RoomCaller | null,
  room: Readonly<Record<string, string>>,
): boolean {
  switch (rule.type) {
    case "public":
      return true;
    case "signedIn":
      return user !== null;
    case "nobody":
      return false;
    case "role":
      return user !== null && user.role === rule.role;
    case "owner":
      return user !== null && room[rule.field] === user.id;
    case "where": {
      if (!(rule.condition instanceof Condition)) throw new Error("where() without a condition");
      const { data } = rule.condition;
      return (user !== null || !asksCaller(data)) && holds(data, user ?? {}, room);
    }
    case "any":
      return rule.rules.some((part) => mayInRoom(part, user, room));
    case "all":
      return rule.rules.every((part) => mayInRoom(part, user, room));
    default:
      throw new Error(`Rooms have no rules of type ${rule.type}`);
  }
}

function asksCaller(data: ConditionData): boolean {
  if (data.type === "and" || data.type === "or") return data.items.some(asksCaller);
  if (data.type === "not") return asksCaller(data.item);
  return data.type === "compare" && data.value.type === "user";
}

function holds(data: ConditionData, user: RoomCaller, room: Readonly<Record<string, string>>): boolean {
  const given = (operand: OperandData): unknown => {
    if (operand.type === "constant") return operand.value;
    return operand.type === "user" ? user[operand.field] : room[operand.field];
  };
  switch (data.type) {
    case "and":
      return data.items.every((item) => holds(item, user, room));
    case "or":
      return data.items.some((item) => holds(item, user, room));
    case "not":
      return !holds(data.item, user, room);
    case "null":
      return data.is === false;
    case "in":
      return data.values.some((value) => given(value) === room[data.field]);
    case "compare":
      return (room[data.field] === given(data.value)) === (data.operator === "eq");
  }
}

/** `include`: rows together with those that they refer to, or that refer to them. */
import { aggregating } from "./aggregate.ts";
import { type AnyOptions, asked, type Filtering, parametersOf, reads } from "./operations.ts";
import type { Send } from "./transport.ts";

/** No relations, and none chosen. */
export type Nothing = Record<never, never>;

/** A relation that leads to one row, or to none that you may read. `Relations` are those of that row. */
export interface ToOne<Row, Where, Relations = Nothing> {
  readonly row: Row;
  readonly where: Where;
  readonly relations: Relations;
}

/** A relation that leads to any number of rows. */
export interface ToMany<Row, Where, Order, Relations = Nothing> extends ToOne<Row, Where, Relations> {
  readonly order: Order;
}

/** What is wanted of the row that a relation leads to. One that does not meet the conditions is null. */
export interface OneOptions<Row, Where, Relations> extends Filtering<Where> {
  /** The fields of the row, and of its type. Default: all that are not hidden. */
  readonly select?: readonly (keyof Row)[] | undefined;
  /** What to follow from there. Relations nest three deep. */
  readonly include?: Include<Relations> | undefined;
}

/** What is wanted of the rows that a relation leads to. */
export interface ManyOptions<Row, Where, Order, Relations> extends OneOptions<Row, Where, Relations> {
  /** Rows for each parent. The server has a default, and a maximum that a larger one is cut to. */
  readonly limit?: number | undefined;
  /** What to order by, first the most significant. Ties are ordered by id. Nulls come last. */
  readonly orderBy?: readonly Order[] | undefined;
}

type OptionsOf<Relation> =
  Relation extends ToMany<infer Row, infer Where, infer Order, infer Relations>
    ? ManyOptions<Row, Where, Order, Relations>
    : Relation extends ToOne<infer Row, infer Where, infer Relations>
      ? OneOptions<Row, Where, Relations>
      : never;

/** Which relations to follow: `true`, or what is wanted of the rows. */
export type Include<Relations> = {
  readonly [Name in keyof Relations]?: true | OptionsOf<Relations[Name]> | undefined;
};

/** `Chosen` with a type that nothing has wherever it names what there is not: a type parameter takes any further key. */
type Known<Relations, Chosen> = {
  readonly [Name in keyof Chosen]: Name extends keyof Relations
    ? KnownOptions<Relations[Name], Chosen[Name]>
    : never;
};

type KnownOptions<Relation, Options> = Options extends object
  ? {
      readonly [Name in keyof Options]: Name extends keyof OptionsOf<Relation>
        ? Name extends "include"
          ? Relation extends ToOne<unknown, unknown, infer Relations>
            ? Known<Relations, Options[Name]>
            : never
          : Options[Name]
        : never;
    }
  : Options;

/** The setting `include` of a read. */
export interface Including<Relations, Chosen> {
  /** Relations to follow from each row. */
  readonly include?: (Chosen & Known<Relations, Chosen>) | undefined;
}

/** A row with what the chosen relations lead to. */
export type Included<Row, Relations, Chosen> = [keyof Chosen] extends [never]
  ? Row
  : Row & { [Name in keyof Chosen & keyof Relations]: Led<Relations[Name], Chosen[Name]> };

type Led<Relation, Options> = undefined extends Options
  ? Found<Relation, Exclude<Options, undefined>> | undefined
  : Found<Relation, Options>;

type Found<Relation, Options> =
  Relation extends ToMany<infer Row, unknown, unknown, infer Relations>
    ? Shown<Row, Relations, Options>[]
    : Relation extends ToOne<infer Row, unknown, infer Relations>
      ? Shown<Row, Relations, Options> | null
      : never;

type Shown<Row, Relations, Options> = Included<
  Options extends { readonly select: readonly (infer Field)[] } ? Pick<Row, Field & keyof Row> : Row,
  Relations,
  Options extends { readonly include: infer Chosen } ? Chosen : Nothing
>;

/** The reads of a resource from which relations can be followed. */
export const readingRelated = <Row, Order, Where extends object>(send: Send, path: string) => ({
  ...reads(send, path, includeText),
  aggregate: aggregating<Row, Order, Where>(send, path),
});

/** What `include` holds, whatever the relations. */
export type AnyInclude = { readonly [name: string]: true | AnyRelationOptions | undefined };

interface AnyRelationOptions extends Omit<AnyOptions, "include"> {
  readonly include?: AnyInclude | undefined;
}

/** The tree as the server reads it: a path to each leaf, the options of a relation where it is named first. */
const includeText = (include: AnyInclude): string | undefined => paths(include).join() || undefined;

const paths = (include: AnyInclude): string[] =>
  Object.entries(include).flatMap(([name, given]) => {
    if (given === undefined) return [];
    const { include: inner = {}, ...own } = given === true ? {} : given;
    const options = asked(parametersOf(own)).map(([option, value]) => `${option}:${value}`);
    const first = options.length === 0 ? name : `${name}(${options.join(";")})`;
    const below = paths(inner);
    return below.length === 0 ? [first] : below.map((path, index) => `${index === 0 ? first : name}.${path}`);
  });

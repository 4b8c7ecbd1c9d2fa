/** The types of declared relations. They list, for each resource, what its references make possible. */
import type { Field, Fields, RefField } from "./fields.ts";

/** All resources of a config: their fields by key. */
export type Resources = Readonly<Record<string, Fields>>;

/** One reference: field `by` of resource `from` holds an id of resource `to`. */
interface Link<From, By, To> {
  readonly from: From;
  readonly by: By;
  readonly to: To;
}

type LinksFrom<F extends Fields, From> = {
  [By in keyof F]: F[By] extends RefField<infer To> ? Link<From, By, To> : never;
}[keyof F];

type AnyLink = Link<PropertyKey, PropertyKey, string>;

/** Every reference of a config. */
type Links<R extends Resources> = { [From in keyof R]: LinksFrom<R[From], From> }[keyof R];

/**
 * The references that point at each resource. Grouped in one pass over all links: asking each pair of resources
 * instead is quadratic and takes the compiler seconds for some hundred resources.
 */
type Incoming<R extends Resources> = { [L in Links<R> & AnyLink as L["to"]]: L };

/** Names of referring fields by the resource they are in. */
type BySource<L> = { [One in L & AnyLink as One["from"]]: One["by"] };

/** Names of a resource's own referring fields by the resource they point at. */
type ByTarget<F extends Fields, Key> = {
  [By in keyof F as F[By] extends RefField<infer To> ? To & Key : never]: By;
};

interface HasMany<Source, By> {
  /** The resource whose rows refer to this one. */
  readonly hasMany: Source;
  /** Its field that holds this resource's id. May be left out where there is only one. */
  readonly by?: By;
}

interface HasOne<Source, By> {
  /** The resource of which at most one row refers to each row of this one. */
  readonly hasOne: Source;
  /** Its field that holds this resource's id; it must be `unique()`. May be left out where there is only one. */
  readonly by?: By;
}

interface BelongsTo<Target, By> {
  /** The resource that a field of this one refers to. */
  readonly belongsTo: Target;
  /** This resource's field that holds the id. May be left out where there is only one. */
  readonly by?: By;
}

interface ManyToMany<Target, Through, By, To> {
  /** The resource at the other end. */
  readonly manyToMany: Target;
  /** The resource that joins the two: each of its rows refers to one row of either. */
  readonly through: Through;
  /** The joining resource's field that holds this resource's id. May be left out where there is only one. */
  readonly by?: By;
  /** The joining resource's field that holds the other one's id. May be left out where there is only one. */
  readonly to?: To;
}

type ToMany<Sources> = {
  [S in keyof Sources]: HasMany<S, Sources[S]> | HasOne<S, Sources[S]>;
}[keyof Sources];

type ToOne<Targets> = { [T in keyof Targets]: BelongsTo<T, Targets[T]> }[keyof Targets];

type Joined<R extends Resources, Sources> = {
  [S in keyof Sources & keyof R]: JoinedThrough<S, Sources[S], ByTarget<R[S], keyof R>>;
}[keyof Sources & keyof R];

type JoinedThrough<S, By, Targets> = {
  [T in keyof Targets]: ManyToMany<T, S, By, Targets[T]>;
}[keyof Targets];

type SourcesOf<R extends Resources, Key extends keyof R> = BySource<Incoming<R>[Key & keyof Incoming<R>]>;

/** A relation that the resource `Key` may declare. */
export type Relation<R extends Resources, Key extends keyof R> =
  | ToMany<SourcesOf<R, Key>>
  | ToOne<ByTarget<R[Key], keyof R>>
  | Joined<R, SourcesOf<R, Key>>;

/** The fields `F` with every reference to a resource that does not exist replaced by what it may be. */
export type CheckedFields<F extends Fields, Key> = {
  [Name in keyof F]: F[Name] extends RefField<infer Target>
    ? Target extends Key
      ? Field
      : RefField<Key & string>
    : Field;
};

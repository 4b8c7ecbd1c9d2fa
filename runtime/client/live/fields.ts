/** What the store knows of the rows of a resource, and makes of that. */
import type { AnyRow } from "./matches.ts";

/** The rows of a resource, as the generated client describes them. */
export interface RowFields {
  /** Names of all fields that answers show. */
  readonly fields: readonly string[];
  /** Values of a new row that does not give them. */
  readonly defaults: AnyRow;
  /** Names of the fields that are moments. */
  readonly times: readonly string[];
  /** Names of those among them that the server sets when a row is made. */
  readonly createdAt: readonly string[];
  /** … and each time it is changed. */
  readonly updatedAt: readonly string[];
  /** Name of the field that counts a row's versions. */
  readonly version?: string;
  /** Whether every change has to name the version that it is of. */
  readonly isVersionRequired?: boolean;
  /** Whether clients choose the ids. */
  readonly isIdChosen?: boolean;
}

/** Some members of an object. */
export const pick = (row: AnyRow, names: readonly string[]): AnyRow =>
  Object.fromEntries(names.map((name) => [name, row[name]]));

/** A row with its moments as `Date`: a copy, since what is compared are texts. */
export const withDates = (row: AnyRow, dates: readonly string[]): AnyRow => ({
  ...row,
  ...Object.fromEntries(
    dates.flatMap((name) => (typeof row[name] === "string" ? [[name, new Date(row[name])]] : [])),
  ),
});

/**
 * A value as it is after its way through JSON, and so a copy that nobody else holds.
 *
 * @throws {TypeError} for a date that is none: JSON has null for it, and the server would take that.
 */
export const plain = (value: unknown): AnyRow =>
  JSON.parse(
    JSON.stringify(value, function (this: AnyRow, name, item: unknown) {
      if (item === null && this[name] !== null) throw new TypeError(`${name} is ${this[name]}.`);
      return item;
    }),
  ) as AnyRow;

const stamped = (names: readonly string[]): AnyRow => {
  const now = new Date().toISOString();
  return Object.fromEntries(names.map((name) => [name, now]));
};

/**
 * A new row as the server is going to answer with it, as far as a client can know: null where it cannot know all of the fields that
 * are wanted.
 *
 * @param given What is created.
 * @param known What the caller knows of the fields that the server sets.
 */
export function newRow(
  spec: RowFields,
  wanted: readonly string[],
  given: AnyRow,
  known: AnyRow,
): AnyRow | null {
  const { fields, defaults, createdAt, updatedAt, version } = spec;
  const row: AnyRow = {
    ...defaults,
    ...stamped([...createdAt, ...updatedAt]),
    ...(version !== undefined && { [version]: 1 }),
    ...pickGiven(fields, given),
    ...known,
  };
  return wanted.every((name) => row[name] !== undefined) ? pick(row, wanted) : null;
}

/** A row after a change. */
export const changedRow = (spec: RowFields, wanted: readonly string[], row: AnyRow, patch: AnyRow): AnyRow =>
  pick({ ...row, ...stamped(spec.updatedAt), ...pickGiven(spec.fields, patch) }, wanted);

/** The fields of a row among what is given: a creation may carry rows of other resources along. */
const pickGiven = (fields: readonly string[], given: AnyRow): AnyRow =>
  pick(
    given,
    fields.filter((name) => given[name] !== undefined),
  );

/** A new UUID of version 7 (RFC 9562, 5.7), as the server makes them: in the order of time. */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const bytes = randomBytes(10);
  // The version and the variant, in the octets 6 and 8 of the whole.
  bytes[0] = 0x70 | ((bytes[0] ?? 0) & 0x0f);
  bytes[2] = 0x80 | ((bytes[2] ?? 0) & 0x3f);
  const rest = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return (time + rest).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** React Native has no `crypto`; ids need be unique, not secret. */
const randomBytes = (length: number): Uint8Array =>
  typeof crypto === "object"
    ? crypto.getRandomValues(new Uint8Array(length))
    : Uint8Array.from({ length }, () => Math.random() * 256);

/** Conditional requests (RFC 9110 section 13) on rows that carry a version: their entity tag is `"<version>"`. */
import type { Row, Table } from "../query/table.ts";
import { invalid, Problem } from "./problem.ts";

/** The strong entity tag of a version. */
export const entityTag = (version: number): string => `"${version}"`;

/** The `ETag` of a row, where its table has versions. */
export function tagOf(table: Table, row: Row): { ETag?: string } {
  if (table.version === undefined) return {};
  return { ETag: entityTag(Number(row[table.version])) };
}

/** One entity tag of a list. */
const tag = /^\s*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)/;

interface EntityTag {
  readonly weak: boolean;
  readonly value: string;
}

/** Reads a list of entity tags; null where it is none. */
function entityTags(text: string): EntityTag[] | null {
  const tags: EntityTag[] = [];
  let rest = text;
  while (rest.trim() !== "") {
    const found = tag.exec(rest);
    if (found === null) return null;
    tags.push({ weak: found[1] !== undefined, value: found[2] ?? "" });
    rest = rest.slice(found[0].length);
  }
  return tags.length === 0 ? null : tags;
}

/**
 * The versions of a row that a request accepts.
 *
 * @returns the versions that `If-Match` lists, or null where any will do. Tags that no row can have, weak ones among them, are
 * left out, so that a list of nothing else accepts no version.
 * @throws {Problem} 400 for a header that is no list of entity tags.
 */
export function ifMatch(request: Request): readonly number[] | null {
  const header = request.headers.get("If-Match");
  if (header === null || header.trim() === "*") return null;
  const tags = entityTags(header);
  if (tags === null)
    throw invalid("If-Match", 'Must be "*" or a list of entity tags such as "3"', "invalid_header");
  return tags.flatMap(({ weak, value }) => (!weak && /^[1-9]\d{0,15}$/.test(value) ? [Number(value)] : []));
}

/**
 * Like {@link ifMatch}, for resources whose writes have to name the version they are based on.
 *
 * @throws {Problem} 428 where the request does not.
 */
export function requiredIfMatch(request: Request): readonly number[] | null {
  if (request.headers.get("If-Match") === null) {
    throw new Problem(
      "PRECONDITION_REQUIRED",
      "Send the row's ETag as If-Match, so that no other change is overwritten.",
    );
  }
  return ifMatch(request);
}

/**
 * For writes that no version belongs to.
 *
 * @throws {Problem} 400 where the request has an `If-Match`: ignoring it would overwrite what it is to protect.
 */
export function rejectIfMatch(request: Request): void {
  if (request.headers.get("If-Match") !== null) {
    throw invalid("If-Match", "This write compares no versions", "unsupported_header");
  }
}

/** Whether the caller has the version already, by its `If-None-Match` (weak comparison). */
export function hasVersion(request: Request, version: number): boolean {
  const header = request.headers.get("If-None-Match");
  if (header === null) return false;
  if (header.trim() === "*") return true;
  return entityTags(header)?.some(({ value }) => value === String(version)) ?? false;
}

/** The row is not, or no longer, the one that the request is about. */
export const preconditionFailed = (version: number): Problem =>
  new Problem("PRECONDITION_FAILED", "The row has changed since. Read it again, then repeat your change.", {
    currentETag: entityTag(version),
    headers: { ETag: entityTag(version) },
  });

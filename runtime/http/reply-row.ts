import type { Row } from "../query/table.ts";
import { entityTag, hasVersion } from "./conditions.ts";
import { type ReplyContext, reply, replyEmpty } from "./reply.ts";

type RowContext = ReplyContext & { readonly req: { readonly raw: Request } };

/** Answers with a row that was read, and its `ETag` where it has a version; 304 where the caller has that version. */
export function replyRow(c: RowContext, row: Row): Response {
  const version = takeVersion(row);
  if (version === null) return reply(c, 200, row);
  const headers = { ETag: entityTag(version) };
  if (!hasVersion(c.req.raw, version)) return reply(c, 200, row, headers);
  return replyEmpty(c, headers, 304);
}

/** The same for rows with computed fields, which may change while the version stays: never 304. */
export function replyComputedRow(c: ReplyContext, row: Row): Response {
  const version = takeVersion(row);
  return reply(c, 200, row, version === null ? {} : { ETag: entityTag(version) });
}

/** Takes the version out that was read beside the fields; null where there is none. The row is ours alone. */
function takeVersion(row: Row): number | null {
  const { $version: version } = row;
  if (typeof version !== "number") return null;
  delete row.$version;
  return version;
}

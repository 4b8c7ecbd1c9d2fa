/**
 * Every problem that covara reports, by code. The ranges: 10 loading, 11 names, 12 fields and references,
 * 13 relations and indexes, 14 access and auth, 15 options, 16 key-value stores,
 * 17 hooks and procedures, 18 computed fields, 19 live resources, 20 migrations, 21 channels, 30 the output folder.
 * `README.md` beside this file documents each with an example, and a test keeps the two together.
 */

import { access } from "./catalogue/access.ts";
import { channels } from "./catalogue/channels.ts";
import { config } from "./catalogue/config.ts";
import { data } from "./catalogue/data.ts";
import type { CatalogueEntry } from "./catalogue/entry.ts";
import { kv } from "./catalogue/kv.ts";
import { live } from "./catalogue/live.ts";
import { migrations } from "./catalogue/migrations.ts";
import { options } from "./catalogue/options.ts";
import { output } from "./catalogue/output.ts";
import { server } from "./catalogue/server.ts";

export type { CatalogueEntry };

export const catalogue = {
  ...config,
  ...data,
  ...access,
  ...options,
  ...kv,
  ...server,
  ...live,
  ...migrations,
  ...channels,
  ...output,
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type Code = keyof typeof catalogue;

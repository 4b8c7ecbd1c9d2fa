import { where } from "covara/runtime";
import type { FolderHooks } from "../../../.tmp/server/hooks.js";
import { log } from "./log.ts";

export const afterDelete: FolderHooks["afterDelete"] = (row, context) =>
  log(context, `after delete folder ${row.name}`);

export const guard: FolderHooks["guard"] = { update: () => where("name NOT LIKE ?", "frozen%") };

import { uuidv7 } from "covara/runtime";
import type { HookContext, TaskHooks } from "../../../.tmp/computed/hooks.js";

const log = ({ env }: HookContext, what: unknown) =>
  env.DB.prepare("INSERT INTO log (id, what) VALUES (?, ?)").bind(uuidv7(), JSON.stringify(what)).run();

export const afterCreate: TaskHooks["afterCreate"] = (row, context) => log(context, { created: row });

export const beforeCreate: TaskHooks["beforeCreate"] = (row) =>
  row.title === "forge" ? ({ shout: "FORGED" } as object) : {};

export const beforeUpdate: TaskHooks["beforeUpdate"] = (patch) =>
  patch.title === "forge" ? ({ shout: "FORGED" } as object) : {};

export const afterUpdate: TaskHooks["afterUpdate"] = (row, context) => log(context, { updated: row });

export const afterDelete: TaskHooks["afterDelete"] = (row, context) => log(context, { deleted: row });

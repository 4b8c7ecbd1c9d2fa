import { missing } from "./shared.ts";

export const beforeCreate = missing;

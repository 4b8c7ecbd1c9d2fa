import { field, resource } from "covara";
import { stamped } from "./shared.ts";

export const lists = resource({
  fields: stamped({ name: field.text().min(9).max(3) }),
  access: () => ({}),
  indexes: [["nmae"]],
});

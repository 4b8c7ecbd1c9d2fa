import type { TaskProcedures } from "../../../.tmp/computed/procedures.js";

export const tell: TaskProcedures["tell"] = (_input, { row }) => ({
  shout: row.shout,
  headline: row.headline,
});

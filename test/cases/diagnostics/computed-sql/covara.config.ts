import { d1, defineConfig, field } from "covara";

const everyone = { type: "public" } as const;

export default defineConfig({
  name: "computed",
  database: d1(),
  resources: {
    order: {
      fields: {
        id: field.id(),
        title: field.text(),
        notes: field.text().optional(),
        note: field.text().optional(),
        done: field.boolean(),
        dueAt: field.timestamp().optional(),
        misspelt: field.text().computed("uper({title})"),
        unfinished: field.text().computed("{title} ||"),
        several: field.text().computed("max({title})"),
        excerpt: field.text().computed("substr({notes}, 1, 80)"),
        either: field.text().computed("coalesce({notes}, {note})"),
        // A condition is never null.
        overdue: field.boolean().computed("{dueAt} < strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AND NOT {done}"),
        allowed: field.text().computed("ifnull({notes}, '')"),
        nullable: field.text().computed("{notes}").optional(),
        // Null for reasons of its own.
        never: field.text().computed("json_extract('{}', '$.a')"),
      },
      access: () => ({ read: everyone }),
    },
  },
});

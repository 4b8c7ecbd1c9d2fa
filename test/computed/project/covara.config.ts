/** Tasks with computed fields of every kind, for the tests beside this folder. */
import { custom, d1, defineConfig, field } from "covara";

interface Summary {
  title: string;
  priority: number;
}

export default defineConfig({
  name: "computed",
  database: d1(),
  auth: custom("./src/auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    people: {
      fields: {
        id: field.id(),
        name: field.text(),
        token: field.text().hidden().default("s3cret"),
        initials: field.text().computed(),
        // On purpose: the first letters of what is hidden.
        masked: field.text().computed("substr({token}, 1, 2) || '…'"),
      },
      computed: "./src/people.computed.ts",
      access: ({ signedIn }) => ({ read: signedIn() }),
    },
    tasks: {
      fields: {
        id: field.id({ client: true }),
        title: field.text().max(40).unique(),
        done: field.boolean().default(false),
        priority: field.integer().default(0),
        estimate: field.number().optional(),
        dueAt: field.timestamp().optional(),
        labels: field.json<string[]>().default([]),
        ownerId: field.ref("people").owner(),
        parentId: field.ref("tasks", { onDelete: "set null" }).optional(),
        updatedAt: field.timestamp().updatedAt(),
        version: field.version(),
        overdue: field.boolean().computed("{dueAt} < strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AND NOT {done}"),
        late: field.boolean().computed("{dueAt} < '2026'").optional(),
        score: field.integer().computed(`
          {priority} * 10
          - {done}
        `),
        half: field.number().computed("{estimate} / 2").optional(),
        shout: field.text().computed("upper({title}) || '{!}'"),
        size: field.enum(["short", "long"]).computed("iif(length({title}) > 5, 'long', 'short')"),
        day: field.timestamp().computed("strftime('%Y-%m-%dT00:00:00.000Z', {dueAt})").optional(),
        summary: field.json<Summary>().computed("json_object('title', {title}, 'priority', {priority})"),
        headline: field.text().computed(),
        words: field.json<string[]>().computed(),
        remark: field.text().optional().computed(),
      },
      relations: { parts: { hasMany: "tasks", by: "parentId" }, notes: { hasMany: "order" } },
      search: ["title"],
      softDelete: true,
      hooks: "./src/tasks.hooks.ts",
      computed: "./src/tasks.computed.ts",
      procedures: {
        module: "./src/tasks.procedures.ts",
        row: { tell: { output: { shout: field.text(), headline: field.text() } } },
      },
      access: ({ any, owner, role }) => ({
        read: any(owner("ownerId"), role("admin")),
        create: owner("ownerId"),
        update: owner("ownerId"),
        delete: owner("ownerId"),
        readDeleted: owner("ownerId"),
        procedures: { tell: owner("ownerId") },
      }),
    },
    // The names are SQL's own.
    order: {
      fields: {
        id: field.id(),
        group: field.text(),
        taskId: field.ref("tasks", { onDelete: "cascade" }),
        select: field.text().computed("{group} || '!'"),
      },
      access: ({ signedIn }) => ({ read: signedIn(), create: signedIn(), update: signedIn() }),
    },
    log: { fields: { id: field.id(), what: field.text() }, access: ({ nobody }) => ({ read: nobody() }) },
  },
});

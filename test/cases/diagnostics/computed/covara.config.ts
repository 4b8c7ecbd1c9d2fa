import { custom, d1, defineConfig, field } from "covara";

const everyone = { type: "public" } as const;

export default defineConfig({
  name: "computed",
  database: d1(),
  auth: custom("./auth.ts", { user: {} }),
  resources: {
    notes: {
      fields: {
        id: field.id(),
        title: field.text(),
        dueAt: field.timestamp().optional(),
        empty: field.text().computed("  "),
        unknown: field.text().computed("upper({titel}) || {dueAt}"),
        ofComputed: field.text().computed("lower({shout})"),
        shout: field.text().computed("upper({title})"),
        bare: field.boolean().computed("due_at < date('now')"),
        braces: field.text().computed("{title || '}' || '{title}'"),
        closed: field.text().computed("{title}} || 1"),
        statements: field.text().computed("{title}; DROP TABLE notes"),
        comment: field.text().computed("{title} -- a note"),
        block: field.text().computed("{title} /* a note */"),
        placeholder: field.text().computed("{title} || ?1 || :name"),
        text: field.text().computed("{title} || 'open"),
        quoted: field.text().computed('{title} || "open"'),
        brackets: field.text().computed("[title]"),
        parentheses: field.text().computed("({title}) || ) || ("),
        subquery: field.integer().computed("(SELECT count(*) FROM notes)"),
        aggregate: field.integer().computed("count({title})"),
        window: field.integer().computed("length({title}) OVER ()"),
        several: field.boolean().computed(`{dueAt} < 'x'
          AND {titel} = 'a'`),
        both: field.text().default("a").min(1).hidden().computed("upper({title})"),
        noMembers: field.enum(["a", "a"]).computed("'a'"),
        noModule: field.text().computed(),
        delete: field.text().computed(),
      },
      access: () => ({ read: everyone }),
      // @ts-expect-error
      indexes: [["shout"]],
      // @ts-expect-error
      search: ["shout"],
    },
    kinds: {
      fields: {
        id: field.id(),
        count: { data: { kind: "version", computed: "1" } } as never,
        name: field.text().computed("{id}"),
        list: field.text().computed("{id}"),
        listId: field.ref("notes"),
        deletedAt: field.timestamp().computed("{id}"),
      },
      softDelete: true,
      access: ({ owner }) => ({
        // @ts-expect-error
        read: owner("name"),
      }),
    },
    idle: {
      fields: { id: field.id() },
      access: () => ({ read: everyone }),
      computed: "./idle.computed.ts",
    },
    people: {
      fields: {
        id: field.id(),
        initials: field.text().computed(),
        greeting: field.text().computed(),
        slow: field.text().computed(),
        wide: field.text().computed(),
        constant: field.text().computed(),
        missing: field.text().computed(),
      },
      access: () => ({ read: everyone }),
      computed: "./people.computed.ts",
    },
    unread: {
      fields: { id: field.id(), name: field.text().computed() },
      access: () => ({ read: everyone }),
      computed: "./broken.computed.ts",
    },
    // `covara gen` starts it.
    started: {
      fields: { id: field.id(), name: field.text().computed() },
      access: () => ({ read: everyone }),
      computed: "./src/started.computed.ts",
    },
  },
});

/** Each misuse under `@ts-expect-error` must not compile; the comment names the error. */
import { custom, d1, defineConfig, field, resource } from "../../schema/index.ts";

const notes = resource({
  fields: { id: field.id(), text: field.text(), done: field.boolean() },
  // @ts-expect-error '"done"' is not assignable to '"id" | "text"'
  access: ({ owner, any }) => ({ read: any(owner("id"), owner("text")), update: owner("done") }),
  // @ts-expect-error '"txt"' is not assignable to '"done" | "id" | "text"'
  indexes: [["txt"]],
  search: ["text"],
});

resource({
  fields: { id: field.id(), text: field.text(), shout: field.text().computed("upper({text})") },
  // @ts-expect-error '"shout"' is not assignable to '"id" | "text"'
  access: ({ owner }) => ({ read: owner("shout") }),
  // @ts-expect-error '"shout"' is not assignable to '"id" | "text"'
  indexes: [["text"], ["shout"]],
  // @ts-expect-error '"shout"' is not assignable to '"text"'
  search: ["shout"],
});

defineConfig({
  name: "computed",
  database: d1(),
  resources: {
    notes: {
      fields: { id: field.id(), text: field.text(), shout: field.text().computed("upper({text})") },
      access: ({ where }) => ({
        read: where((row) => row.text.eq("a")),
        // @ts-expect-error Property 'shout' does not exist
        update: where((row) => row.shout.eq("A")),
      }),
      // @ts-expect-error '"shout"' is not assignable to '"id" | "text"'
      indexes: [["shout"]],
    },
  },
});

const found = {
  fields: {
    id: field.id(),
    title: field.text(),
    state: field.enum(["open", "done"]),
    dueAt: field.timestamp(),
  },
  access: () => ({}),
};
resource({ ...found, search: { title: 10, state: 0.5 } });
// @ts-expect-error '"dueAt"' is not assignable to '"title" | "state"'
resource({ ...found, search: ["dueAt"] });
// @ts-expect-error 'dueAt' does not exist in the type of weights
resource({ ...found, search: { title: 1, dueAt: 1 } });
defineConfig({
  name: "search",
  database: d1(),
  resources: {
    a: { ...found, search: ["title", "state"] },
    b: { ...found, search: { state: 2 } },
    // @ts-expect-error '"id"' is not assignable to '"title" | "state"'
    c: { ...found, search: ["id"] },
    // @ts-expect-error 'titel' does not exist in the type of weights
    d: { ...found, search: { titel: 1 } },
    // @ts-expect-error a weight is a number
    e: { ...found, search: { title: "1" } },
  },
});

// A resource of a file of its own fits a config without roles.
defineConfig({ name: "a", database: d1(), resources: { notes } });

defineConfig({
  name: "b",
  database: d1(),
  resources: {
    todos: {
      fields: { id: field.id(), ownerId: field.ref("todos").owner() },
      // @ts-expect-error Property 'role' does not exist on type 'RuleBuilder<"id" | "ownerId">'
      access: ({ role }) => ({ read: role("admin") }),
    },
  },
});

const stray = resource({
  fields: { id: field.id(), userId: field.ref("users") },
  access: ({ signedIn }) => ({ read: signedIn() }),
});
// @ts-expect-error '"users"' is not assignable to '"stray"'
defineConfig({ name: "c", database: d1(), resources: { stray } });

// @ts-expect-error the user's `id` is implied
custom("./src/auth.ts", { user: { id: field.text() } });
// @ts-expect-error 'bindng' does not exist in type 'D1Options'
d1({ bindng: "DB" });

defineConfig({
  name: "d",
  database: d1(),
  auth: custom("./src/auth.ts", { user: { orgId: field.text(), level: field.integer() } }),
  resources: {
    orgs: { fields: { id: field.id(), ownerId: field.text() }, access: () => ({}) },
    docs: {
      fields: {
        id: field.id(),
        orgId: field.ref("orgs"),
        state: field.enum(["open", "shut"]),
        meta: field.json(),
      },
      access: ({ where, through, any }) => ({
        read: any(
          where((row, user) => row.orgId.eq(user.orgId)),
          through("org", (org) => org.owner("ownerId")),
        ),
        // @ts-expect-error Property 'orgld' does not exist on the row
        create: where((row, user) => row.orgld.eq(user.orgId)),
        // @ts-expect-error Property 'orgld' does not exist on the user
        update: where((row, user) => row.orgId.eq(user.orgld)),
        // @ts-expect-error '"opne"' is no member
        delete: any(where((row) => row.state.eq("opne"))),
      }),
    },
    notes: {
      fields: {
        id: field.id(),
        orgId: field.ref("orgs"),
        state: field.enum(["open", "shut"]),
        meta: field.json(),
      },
      access: ({ where, through }) => ({
        // @ts-expect-error a number is no text
        read: where((row, user) => row.orgId.eq(user.level)),
        // @ts-expect-error an enum has no order
        create: where((row) => row.state.gt("open")),
        // @ts-expect-error JSON cannot be compared
        update: where((row) => row.meta.eq({})),
        // @ts-expect-error '"owner"' is not a field of orgs
        delete: through("org", (org) => org.owner("owner")),
      }),
    },
  },
});

// Copies of the client name resources, wherever they stand.
defineConfig({
  name: "copies",
  database: d1(),
  clients: [
    { out: "../web/src/api" },
    { out: "../kiosk", only: ["notes"] },
    // @ts-expect-error '"nots"' is not a resource
    { out: "../admin", omit: ["nots"] },
    // @ts-expect-error a folder is needed
    { only: ["notes"] },
  ],
  resources: {
    notes: { fields: { id: field.id() }, access: (rules) => ({ read: rules.public() }) },
  },
});

const streamed = {
  fields: {
    id: field.id(),
    notesId: field.ref("notes"),
    level: field.integer(),
    madeAt: field.timestamp(),
    title: field.text(),
    shout: field.text().computed("upper({title})"),
  },
  access: () => ({}),
};
resource({ ...streamed, live: { by: "level" } });
// @ts-expect-error '"madeAt"' is not assignable to '"id" | "title" | "notesId" | "level"'
resource({ ...streamed, live: { by: "madeAt" } });
// @ts-expect-error '"shout"' is not assignable to '"id" | "title" | "notesId" | "level"'
resource({ ...streamed, live: { by: "shout" } });
defineConfig({
  name: "live",
  database: d1(),
  live: { retention: 500 },
  resources: {
    notes: { fields: { id: field.id() }, access: () => ({}), live: true },
    a: { ...streamed, live: { by: "notesId" } },
    b: resource({ ...streamed, live: { by: "title" } }),
    // @ts-expect-error '"notes"' is not assignable to '"id" | "title" | "notesId" | "level"'
    c: { ...streamed, live: { by: "notes" } },
    // @ts-expect-error 'to' does not exist
    d: { ...streamed, live: { to: "notesId" } },
    e: {
      fields: { id: field.id(), ownerId: field.text() },
      live: true,
      access: ({ owner, signedIn }) => ({ read: signedIn(), subscribe: owner("ownerId") }),
    },
  },
});

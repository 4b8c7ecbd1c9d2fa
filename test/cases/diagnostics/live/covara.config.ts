import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "live",
  database: d1(),
  auth: custom("./auth.ts", { user: {} }),
  live: { retention: 99 },
  wrangler: {
    vars: { COVARA_LIVE: "yes" },
    durable_objects: { bindings: [{ name: "ROOM", class_name: "CovaraLiveDurableObject" }] },
  },
  resources: {
    unread: {
      fields: { id: field.id() },
      live: true,
      access: (rules) => ({ create: rules.signedIn() }),
    },
    withheld: {
      fields: { id: field.id() },
      live: true,
      access: (rules) => ({ read: rules.public(), subscribe: rules.nobody() }),
    },
    // The rule has a diagnostic of its own.
    misread: {
      fields: { id: field.id() },
      live: true,
      access: (rules) => ({ read: rules.owner("ownerId") }),
    },
    still: {
      fields: { id: field.id() },
      live: false,
      access: (rules) => ({ read: rules.public(), subscribe: rules.signedIn() }),
    },
    misspelt: {
      fields: { id: field.id(), unreadId: field.ref("unread") },
      live: { by: "unread" },
      access: (rules) => ({ read: rules.public() }),
    },
    hidden: {
      fields: { id: field.id(), secret: field.text().optional().hidden() },
      live: { by: "secret" },
      access: (rules) => ({ read: rules.public() }),
    },
    json: {
      fields: { id: field.id(), data: field.json() },
      live: { by: "data" },
      access: (rules) => ({ read: rules.public() }),
    },
    computed: {
      fields: { id: field.id(), name: field.text(), upper: field.text().computed("upper({name})") },
      live: { by: "upper" },
      access: (rules) => ({ read: rules.public() }),
    },
    odd: {
      fields: { id: field.id() },
      live: "yes",
      access: (rules) => ({ read: rules.public() }),
    },
    empty: {
      fields: { id: field.id() },
      live: {},
      access: (rules) => ({ read: rules.public() }),
    },
    long: {
      fields: { id: field.id(), ownerId: field.text() },
      live: true,
      access: (rules) => {
        const [first, ...more] = Array.from({ length: 49 }, () => rules.owner("ownerId"));
        return { read: rules.any(first, ...more), subscribe: rules.any(first, ...more) };
      },
    },
    far: {
      fields: { id: field.id(), upId: field.ref("far").optional(), ownerId: field.text() },
      live: true,
      access: (rules) => ({
        read: rules.through("up", (a) =>
          a.through("up", (b) =>
            b.through("up", (c) =>
              c.through("up", (d) => d.through("up", (e) => e.through("up", (f) => f.owner("ownerId")))),
            ),
          ),
        ),
      }),
    },
  },
});

import { channel, custom, d1, defineConfig, field, resource } from "covara";

export default defineConfig({
  name: "app",
  database: d1(),
  auth: custom("./auth.ts", {
    user: { role: field.enum(["member", "admin"]), team: field.text().optional() },
  }),
  resources: {
    channels: resource({ fields: { id: field.id() }, access: ({ signedIn }) => ({ read: signedIn() }) }),
  },
  channels: {
    teamChat: channel({
      params: { room: field.text() },
      message: { seq: field.integer(), at: field.timestamp(), text: field.text().unique() },
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
    }),
    team_chat: channel({ message: { text: field.text() }, access: () => ({}) }),
    con: channel({ message: { text: field.text() }, access: () => ({}) }),
    only: channel({ message: { text: field.text() }, access: () => ({}), patterns: true }),
    "no-name": channel({ message: { text: field.text() }, access: () => ({}) }),
    wide: channel({
      params: { a: field.text().max(200), b: field.text().max(100), c: field.text().max(4).optional() },
      message: { from: field.text().owner().optional(), count: field.integer().unique() },
      access: ({ owner, role, where, any, nobody }) => ({
        subscribe: any(
          owner("A" as "a"),
          role("boss"),
          where((room, user) => room.b.eq(user.tea)),
        ),
        publish: any(nobody(), nobody()),
        publsh: nobody(),
      }),
      history: 0,
    }),
    open: channel({
      params: { n: field.integer() as never, kind: field.enum(["a", "b"]) },
      message: {},
      access: (rules) => ({ subscribe: rules.public(), publish: rules.public() }),
      history: 10_001,
      presence: true,
      // @ts-expect-error no such option
      retention: 3,
    }),
    members: channel({
      params: { team: field.text().max(36) },
      message: { text: field.text() },
      // @ts-expect-error rooms have no relations
      access: ({ through }) => ({ subscribe: through("team", "read") }),
    }),
    watched: channel({
      message: { text: field.text() },
      access: ({ signedIn }) => ({ publish: signedIn() }),
      presence: true,
    }),
    // @ts-expect-error access is missing
    bare: channel({ message: { text: field.text() } }),
    // @ts-expect-error it is no function
    fixed: channel({ message: { text: field.text() }, access: { subscribe: "everybody" } }),
    // @ts-expect-error it returns nothing
    silent: channel({ message: { text: field.text() }, access: () => {} }),
    thrown: channel({
      message: { text: field.text() },
      access: () => {
        throw new Error("not today");
      },
    }),
    // @ts-expect-error it is not made by channel()
    plain: { params: {} },
  },
  wrangler: { vars: { COVARA_CHANNELS: "x" } },
});

/** Each misuse under `@ts-expect-error` must not compile; the comment names the error. */
import { channel, custom, d1, defineConfig, field } from "../../schema/index.ts";

export default defineConfig({
  name: "channels",
  database: d1(),
  auth: custom("./auth.ts", { user: { team: field.text(), role: field.enum(["member", "admin"]) } }),
  channels: {
    chat: channel({
      params: { team: field.text().max(40), kind: field.enum(["talk", "alerts"]) },
      message: {
        text: field.text(),
        from: field.text().owner(),
        meta: field.json<{ a: number }>().optional(),
      },
      access: ({ any, all, role, owner, where, signedIn }) => ({
        subscribe: any(
          role("admin"),
          owner("team"),
          where((room, user) => room.team.eq(user.team).and(room.kind.ne("alerts"))),
          where((room) => room.kind.in(["talk"])),
        ),
        publish: all(
          signedIn(),
          where((room, user) => room.team.eq(user.id)),
        ),
      }),
      history: 50,
      presence: true,
      patterns: true,
    }),
    news: channel({ message: { title: field.text() }, access: (rules) => ({ subscribe: rules.public() }) }),
  },
});

const message = { text: field.text() };
const params = { room: field.text(), kind: field.enum(["a", "b"]) };

// @ts-expect-error Property 'access' is missing
channel({ message });
// @ts-expect-error Property 'message' is missing
channel({ access: () => ({}) });
// @ts-expect-error 'retention' does not exist in type 'ChannelOptions'
channel({ message, access: () => ({}), retention: 5 });
// @ts-expect-error a parameter is part of a path
channel({ message, params: { n: field.integer() }, access: () => ({}) });
// @ts-expect-error a reference needs a table
channel({ message: { author: field.ref("users") }, access: () => ({}) });
// @ts-expect-error '"rom"' is no parameter
channel({ message, params, access: ({ owner }) => ({ subscribe: owner("rom") }) });
// @ts-expect-error an enum holds no user's id
channel({ message, params, access: ({ owner }) => ({ subscribe: owner("kind") }) });
// @ts-expect-error Property 'rom' does not exist
channel({ message, params, access: ({ where }) => ({ subscribe: where((row) => row.rom.eq("x")) }) });
// @ts-expect-error '"c"' is no member
channel({ message, params, access: ({ where }) => ({ subscribe: where((row) => row.kind.eq("c")) }) });
// @ts-expect-error parameters lead to no rows
channel({ message, params, access: ({ through }) => ({ subscribe: through("room", "read") }) });
// @ts-expect-error 'string' is no rule
channel({ message, access: () => ({ subscribe: "everybody" }) });
// @ts-expect-error it is not made by channel()
defineConfig({ name: "a", database: d1(), channels: { chat: { message } } });

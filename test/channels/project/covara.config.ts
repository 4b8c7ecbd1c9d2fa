/** Rooms of all kinds. */
import { channel, custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "channels",
  compatibilityDate: "2026-10-01",
  database: d1(),
  auth: custom("./src/auth.ts", {
    user: { team: field.text().optional(), role: field.enum(["member", "admin"]) },
  }),
  channels: {
    chat: channel({
      params: { room: field.text().max(64) },
      message: { text: field.text().max(2_000), from: field.text().owner() },
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
      history: 20,
      presence: true,
    }),
    // Anybody may look, and programs may announce.
    news: channel({
      message: { title: field.text().min(1), tags: field.json<string[]>(), note: field.text().optional() },
      access: (rules) => ({ subscribe: rules.public(), publish: rules.role("admin") }),
      history: 5,
    }),
    teamRoom: channel({
      params: { team: field.text().max(40), kind: field.enum(["talk", "alerts"]) },
      message: { text: field.text() },
      access: ({ any, role, where, all, signedIn }) => ({
        subscribe: any(
          role("admin"),
          where((room, user) => room.team.eq(user.team)),
        ),
        publish: all(
          signedIn(),
          where((room, user) => room.team.eq(user.team).and(room.kind.ne("alerts"))),
        ),
      }),
    }),
    // Server code listens to all of them.
    teams: channel({
      params: { team: field.text().max(40), topic: field.text().max(40) },
      message: { text: field.text() },
      access: ({ signedIn }) => ({ publish: signedIn() }),
      history: 10,
      patterns: true,
    }),
    // Some rooms are open to everybody.
    lobby: channel({
      params: { room: field.text().max(40) },
      message: { text: field.text() },
      access: ({ any, where, role }) => ({
        subscribe: any(
          role("admin"),
          where((room) => room.room.in(["open", "garden"])),
          where((room, user) => room.room.eq(user.team)),
        ),
      }),
    }),
    inbox: channel({
      params: { userId: field.text().max(40) },
      message: { text: field.text() },
      access: ({ owner }) => ({ subscribe: owner("userId") }),
    }),
  },
  openapi: true,
});

/** Channels in copies of the client: with what they may call, and with dates where those are asked for. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { run } from "../../../generator/run.ts";
import { project } from "../cli/harness.ts";
import { compile, formatted } from "./compile.ts";
import { json, serve } from "./server.ts";

const config = `import { channel, custom, d1, defineConfig, field } from "covara";

interface Mood { of: "the sender" }
interface Secret { of: "the server" }

export default defineConfig({
  name: "shop",
  database: d1(),
  auth: custom("./auth.ts"),
  clients: [
    { out: "../web", dates: "Date" },
    { out: "../wall", only: ["channels.news"] },
    { out: "../desk", omit: ["channels.chat"] },
  ],
  resources: {
    items: { fields: { id: field.id() }, access: (rules) => ({ read: rules.signedIn() }) },
  },
  channels: {
    chat: channel({
      params: { room: field.text().max(40) },
      message: { text: field.text(), from: field.text().owner(), mood: field.json<Mood>().optional(), due: field.timestamp().optional() },
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
      presence: true,
    }),
    news: channel({ message: { title: field.text() }, access: (rules) => ({ subscribe: rules.public() }) }),
    secrets: channel({ message: { secret: field.json<Secret>() }, access: () => ({}) }),
  },
});
`;

const usage = `import { createClient, type ChatChannelInput } from "./client";
const { channels } = createClient({ baseUrl: "" });
const input: ChatChannelInput = { text: "a", due: new Date() };
(await channels.chat.publish({ room: "a" }, input)).at.getTime();
for (const { at, due, mood } of channels.chat.live({ room: "a" }).getSnapshot().messages) [at.getTime(), due?.getTime(), mood?.of].join();
for await (const event of channels.chat.subscribe({ room: "a" })) if (event.type === "message") event.message.at.getTime();
// @ts-expect-error not a text
const wrong: ChatChannelInput = { text: "a", due: "2026-01-01T00:00:00Z" };
// @ts-expect-error nobody may do anything there
channels.secrets;
export { wrong };
`;

const text = "2026-01-02T03:04:05.678Z";

test("copies have the channels that they are given, and moments in messages as dates", async () => {
  using target = project({
    "api/covara.config.ts": config,
    "api/auth.ts": "export default () => null;\n",
    "web/usage.ts": usage,
  });
  const { ok, diagnostics } = await run({ configPath: path.join(target.root, "api/covara.config.ts") });
  expect([ok, diagnostics.filter(({ severity }) => severity === "error")]).toEqual([true, []]);
  for (const [folder, file] of [
    ["web", "usage.ts"],
    ["wall", "client.ts"],
    ["desk", "client.ts"],
  ] as const) {
    compile(path.join(target.root, folder), file);
    const copy = target.get(`${folder}/client.ts`);
    expect(formatted(copy)).toBe(copy);
    expect(copy).not.toMatch(/Secret|ChatChannelContent/);
  }
  expect(target.get("web/client.ts")).toContain("interface Mood");
  expect(target.get("wall/client.ts")).not.toMatch(
    /ChatChannel|Mood|api.items|const publishing|const attending/,
  );
  expect(target.get("desk/client.ts")).toContain("/api/items");
  expect(target.get("desk/client.ts")).not.toContain('"/api/channels/chat');

  const message = { seq: 1, text, from: "ann", mood: null, due: text, at: text };
  const events = [
    `id: a.0\nevent: connected\ndata: {"seq":0,"latest":1}\n\n`,
    `id: a.1\nevent: message\ndata: ${JSON.stringify(message)}\n\n`,
  ];
  const { url, received } = await serve(({ method, url: at }) => {
    if (at.endsWith("/presence")) return json({ items: [], total: 0 });
    if (method === "POST") return json(message, 201);
    return { type: "text/event-stream", body: events.join("") };
  });
  const { createClient } = await import(pathToFileURL(path.join(target.root, "web/client.ts")).href);
  const { chat } = createClient({ baseUrl: url }).channels;
  const date = new Date(text);
  const shown = { ...message, due: date, at: date };
  for (const room of ["a", "count", "aggregate", "search", "batch"]) {
    expect(await chat.publish({ room }, { text, due: date }), room).toEqual(shown);
    expect(JSON.parse(received.at(-1)?.body ?? "")).toEqual({ text, due: text });
  }
  await expect(chat.publish({ room: "a" }, { text, due: new Date(Number.NaN) })).rejects.toThrow(TypeError);
  for await (const event of chat.subscribe({ room: "a" })) {
    if (event.type !== "message") continue;
    expect(event.message).toEqual(shown);
    break;
  }
  const room = chat.live({ room: "a" });
  await new Promise<void>((resolve) => {
    room.subscribe(() => room.getSnapshot().messages.length > 0 && resolve());
  });
  expect(room.getSnapshot().messages).toEqual([shown]);
  room.close();

  const wall = await import(pathToFileURL(path.join(target.root, "wall/client.ts")).href);
  const { channels, ...others } = wall.createClient({ baseUrl: url });
  expect([Object.keys(channels), Object.keys(others)]).toEqual([["news"], []]);
  expect(Object.keys(channels.news)).toEqual(["subscribe", "live"]);
});

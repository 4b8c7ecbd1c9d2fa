/** Tickets are there where callers are known and there is something to listen to (contract 5.7), and leave no trace elsewhere. */
import { expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { channel, custom, d1, defineConfig, field } from "../../../schema/index.ts";

interface Parts {
  readonly auth: boolean;
  readonly live: boolean;
  readonly channels: boolean;
}

const config = ({ auth, live, channels }: Parts): ConfigData =>
  defineConfig({
    name: "streams",
    database: d1(),
    basePath: "/v1.0",
    openapi: true,
    ...(auth ? { auth: custom("./src/auth.ts", { user: {} }) } : {}),
    resources: {
      posts: {
        fields: { id: field.id(), text: field.text() },
        live,
        access: (rules) => ({ read: rules.public() }),
      },
      plain: { fields: { id: field.id() }, access: (rules) => ({ read: rules.public() }) },
    },
    ...(channels
      ? {
          channels: {
            chat: channel({
              params: { room: field.text().max(20) },
              message: { text: field.text() },
              access: (rules) => ({ subscribe: rules.public() }),
            }),
            inward: channel({ message: { text: field.text() }, access: () => ({}) }),
          },
        }
      : {}),
  });

function filesOf(parts: Parts): Map<string, string> {
  const { model, diagnostics } = buildModel(config(parts), { exists: () => true });
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return emit(model, { wranglerToml: null });
}

const subscribe = ["/v1.0/posts/subscribe", "/v1.0/posts/aggregate/subscribe"];
const chat = ["/v1.0/channels/chat/:room", "/v1.0/channels/chat/:room/ws"];

test.each([
  [{ auth: true, live: true, channels: false }, subscribe],
  [{ auth: true, live: false, channels: true }, chat],
  [{ auth: true, live: true, channels: true }, [...subscribe, ...chat]],
])("%o: the streams take tickets, and nothing else does", (parts, paths) => {
  const files = filesOf(parts);
  const own = [...(files.get("tickets.ts") ?? "").matchAll(/"(\/v1.*?)"/g)].map(([, path]) => path);
  expect(own).toEqual(paths);
  expect(files.get("kv.ts")).toContain("liveTickets");
  expect(files.get("app.ts")).toMatch(/identify\(authenticateOrRedeem\)/);
  for (const name of ["live.ts", "channels/chat.ts"]) {
    if (files.has(name)) expect(files.get(name)).toMatch(/identifier<Env, User>\(authenticateOrRedeem, c\)/);
  }
  const document = JSON.parse(files.get("openapi.json") ?? "null");
  const described = Object.entries<Record<string, { parameters?: { $ref?: string }[] }>>(
    document.paths,
  ).filter(([, { get }]) => get?.parameters?.some(({ $ref }) => $ref === "#/components/parameters/Ticket"));
  expect(described.map(([path]) => path).sort()).toEqual(
    paths.map((path) => path.replace(":room", "{room}")).sort(),
  );
  expect(document.paths["/v1.0/live/ticket"].post.operationId).toBe("live.ticket");
});

test.each([
  { auth: false, live: true, channels: true },
  { auth: true, live: false, channels: false },
])("%o: no trace of them", (parts) => {
  const traces = [...filesOf(parts)].filter(([name, text]) => /ticket/i.test(name + text));
  expect(traces.map(([name]) => name)).toEqual([]);
});

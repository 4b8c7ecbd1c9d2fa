import path from "node:path";
import { channel, custom, d1, field } from "covara";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ChannelData, ConfigData, RuleData } from "../../../schema/data.ts";
import { cleanUp, loadApplication } from "../matrix/bundle.ts";

afterAll(cleanUp);

const files = (channels: Record<string, ChannelData> | null): Map<string, string> => {
  const config: ConfigData = {
    name: "app",
    database: d1(),
    auth: custom("./auth.ts", {
      user: { role: field.enum(["member", "admin"]), team: field.text(), guild: field.text().optional() },
    }),
    openapi: true,
    resources: {
      notes: {
        fields: { id: field.id(), text: field.text() },
        access: () => ({ read: { type: "public" } }) as const,
        live: true,
      },
    },
    ...(channels === null ? {} : { channels }),
  };
  const { model, diagnostics } = buildModel(config, { missing: () => null, exists: () => true } as never);
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return emit(model, { wranglerToml: null });
};

const chat = (rule: Parameters<typeof channel>[0]["access"] | null, more: object = {}): ChannelData =>
  channel({
    params: { team: field.text().max(40), kind: field.enum(["a", "b"]) },
    message: { text: field.text() },
    access: (rule ?? (() => ({}))) as never,
    ...more,
  });

/** The rule for listening as it is emitted. */
function ruleOf(rule: (rules: never) => RuleData): string {
  const channels = { chat: chat(((rules: never) => ({ subscribe: rule(rules) })) as never) };
  const text = files(channels).get("access.ts") ?? "";
  const [, found] = /subscribeChatChannel = ([\s\S]*?);\n/.exec(text) ?? [];
  return (found ?? "none").replaceAll(/\s+/g, " ");
}

type Rules = Parameters<Parameters<typeof channel<{ team: ReturnType<typeof field.text> }>>[0]["access"]>[0];
const rule = (make: (rules: Rules) => RuleData): string => ruleOf(make as never);

test("without channels nothing speaks of them", () => {
  for (const [file, text] of files(null)) expect(text, file).not.toMatch(/channel/i);
  expect([...files(null).keys()].filter((file) => /channel/.test(file))).toEqual([]);
});

test("a channel that nobody may use by requests has no routes, and server code has it", () => {
  const emitted = files({ chat: chat(null) });
  expect([...emitted.keys()].filter((file) => /channel/.test(file)).sort()).toEqual([
    "channel-object.ts",
    "channels.ts",
  ]);
  expect(emitted.get("app.ts")).not.toContain("channel");
  expect(emitted.get("openapi.json")).not.toContain("/api/channels");
});

test("what is not asked for is not there", () => {
  const plain = files({ chat: chat((({ signedIn }: Rules) => ({ subscribe: signedIn() })) as never) });
  for (const file of ["channels.ts", "channel-object.ts", "channels/chat.ts"]) {
    expect(plain.get(file), file).not.toMatch(/pattern|forward|alarm/i);
  }
  expect(plain.get("channels/chat.ts")).not.toMatch(/presence|\.post\(|readBody/);
  const open = chat((({ signedIn }: Rules) => ({ publish: signedIn() })) as never);
  expect(files({ chat: open }).get("channels/chat.ts")).not.toMatch(/subscribeChannel|openChannel|identify/);
});

test("rules become functions of the caller and the parameters, if they look at them", () => {
  const user = "user: User | null";
  const row = "row: ChatChannelParams";
  expect(rule((r) => r.public())).toBe("(): boolean => true");
  expect(rule((r) => r.nobody())).toBe("none");
  expect(rule((r) => r.signedIn())).toBe(`(${user}): boolean => user !== null`);
  expect(rule((r) => r.owner("team"))).toBe(
    `(${user}, ${row}): boolean => user !== null && row.team === user.id`,
  );
  expect(rule((r) => r.any(r.role("admin"), r.owner("team")))).toBe(
    `(${user}, ${row}): boolean => user !== null && (user.role === "admin" || row.team === user.id)`,
  );
  expect(rule((r) => r.all(r.role("admin"), r.signedIn()))).toBe(
    `(${user}): boolean => user !== null && user.role === "admin"`,
  );
  expect(rule((r) => r.where((room) => room.team.eq("open")))).toBe(
    `(${row}): boolean => row.team === "open"`,
  );
  expect(
    rule((r) =>
      r.any(
        r.where((room) => room.team.eq("open")),
        r.signedIn(),
      ),
    ),
  ).toBe(`(${user}, ${row}): boolean => row.team === "open" || user !== null`);
  expect(
    rule((r) =>
      r.any(
        r.where((room) => room.team.eq("open")),
        r.role("admin"),
      ),
    ),
  ).toBe(`(${user}, ${row}): boolean => row.team === "open" || (user !== null && user.role === "admin")`);
  expect(rule((r) => r.where((room, { guild }) => room.team.ne(guild)))).toContain("row.team !== user.guild");
  expect(rule((r) => r.where((room) => room.team.in(["x", "y"])))).toContain('oneOf(row.team, "x", "y")');
});

test("pages of other origins are refused by channels, in applications without auth as well", async () => {
  const config: ConfigData = {
    name: "app",
    database: d1(),
    cors: { origins: ["https://friend.example"] },
    resources: {},
    channels: {
      chat: channel({
        message: { text: field.text() },
        access: ({ public: everybody }) => ({ subscribe: everybody(), publish: everybody() }),
      }),
    },
  };
  const { model } = buildModel(config, { exists: () => true });
  if (model === null) throw new Error("no model");
  const { app } = await loadApplication(model);
  const waiting = { getByName: () => ({ fetch: () => new Promise<never>(() => {}) }) };
  const ask = async (method: string, end: string, headers: Record<string, string>): Promise<number> => {
    const left = new AbortController();
    const url = `https://covara.test/api/channels/chat${end}`;
    const request = new Request(url, { method, headers, signal: left.signal });
    const { status } = await app.fetch(request, { COVARA_CHANNELS: waiting });
    left.abort();
    return status;
  };
  const upgrade = { Upgrade: "websocket" };
  const evil = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  expect(await ask("GET", "/ws", { ...upgrade, ...evil })).toBe(403);
  expect(await ask("POST", "", evil)).toBe(403);
  // Node has no sockets to open; whoever passes gets that far.
  const passed = await ask("GET", "/ws", { ...upgrade, ...evil, Origin: "https://friend.example" });
  expect(passed).toBe(500);
  expect(await ask("POST", "", { ...evil, Origin: "https://friend.example" })).toBe(415);
  expect(await ask("GET", "", evil)).toBe(200);
});

/** What a Worker has that imports these names of `covara/runtime/live`. */
async function bundled(names: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${names} } from "./runtime/live/index.ts";`,
      resolveDir: path.resolve(import.meta.dirname, "../../.."),
    },
    bundle: true,
    write: false,
    format: "esm",
    external: ["cloudflare:workers", "hono"],
  });
  return outputFiles.map(({ text }) => text).join("");
}

test("a Worker has no code for what its application does not declare", async () => {
  const channels =
    "allowed, channelParams, ChannelHost, openChannel, publish, roomOf, serverChannel, subscribeChannel";
  const [plain, patterns, live] = await Promise.all(
    [channels, `${channels}, PatternChannelHost, patternChannel`, "LiveHost, subscribe"].map(bundled),
  );
  const log = /CREATE TABLE messages/;
  const switchboard = /CREATE TABLE IF NOT EXISTS rooms/;
  const changes = /_covara_changes/;
  expect([log, switchboard, changes].map((code) => code.test(plain ?? ""))).toEqual([true, false, false]);
  expect([log, switchboard, changes].map((code) => code.test(patterns ?? ""))).toEqual([true, true, false]);
  expect([log, switchboard, changes].map((code) => code.test(live ?? ""))).toEqual([false, false, true]);
});

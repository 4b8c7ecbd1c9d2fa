/** What is emitted for channels. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { channel, custom, d1, defineConfig, field } from "covara";
import { afterAll, expect, test } from "vitest";
import { emitReact } from "../../../generator/emit/react.ts";
import { emitCopy } from "../../../generator/emit/react-copy.ts";
import { clientRuntime } from "../../../generator/load/client-runtime.ts";
import { reactRuntime } from "../../../generator/load/react-runtime.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { compiles, frontend } from "../emit/compile.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/react-channels-${process.pid}`);

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const message = { text: field.text(), from: field.text().owner() };
const params = { room: field.text().max(64) };

const config = defineConfig({
  name: "talk",
  database: d1(),
  auth: custom("./auth.ts"),
  resources: {
    // Its hook of live rows would be called as that of the channel `live_news`.
    newsChannel: { fields: { id: field.id() }, access: (rules) => ({ read: rules.public() }) },
  },
  channels: {
    chat: channel({
      params,
      message,
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
      presence: true,
    }),
    // Nobody may publish, and there is one room.
    live_news: channel({
      message: { title: field.text() },
      access: (rules) => ({ subscribe: rules.public() }),
    }),
    // Nobody may listen.
    bugs: channel({ params, message, access: ({ signedIn }) => ({ publish: signedIn() }) }),
    plain: channel({
      params,
      message,
      access: ({ signedIn }) => ({ subscribe: signedIn(), publish: signedIn() }),
    }),
  },
  clients: [{ out: "../web", react: true }],
});

function modelOf(data: ConfigData): Model {
  const { model, diagnostics } = buildModel(data, { exists: () => true });
  if (model === null) throw new Error(JSON.stringify(diagnostics));
  return model;
}

const model = modelOf(config as ConfigData);

test("is a hook for each that somebody may listen to", () => {
  const files = emitReact(model);
  const text = files.get("react-channels.ts") ?? "";
  const hooks = [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  expect(hooks).toEqual(["useChatChannel", "useLiveNewsChannel_", "usePlainChannel"]);
  expect(text).toContain('"use client";');
  expect(files.get("react.ts")).toContain('export * from "./react-channels.js";');
  const formatted = execFileSync(
    path.join(root, "node_modules/.bin/biome"),
    ["format", "--stdin-file-path=react-channels.ts"],
    { cwd: root, input: text, encoding: "utf8" },
  );
  expect(formatted).toBe(text);
});

test("is nothing where there are none that somebody may listen to", () => {
  const { bugs } = (config as ConfigData).channels ?? {};
  if (bugs === undefined) throw new Error("The channel is missing.");
  for (const channels of [{}, { bugs }]) {
    const files = emitReact(modelOf({ ...(config as ConfigData), channels }));
    expect([...files].filter(([file, text]) => /react-channels|useChannel|Live/.test(file + text))).toEqual(
      [],
    );
  }
});

/** What applications may do with the hooks, and what not. */
const use = `import { useChatChannel, useLiveNewsChannel_, usePlainChannel } from "./react.js";

export function Rooms(): void {
  const chat = useChatChannel({ room: "x" }, { onError: (error: unknown) => console.log(error) });
  const users: readonly string[] = chat.users;
  void chat.publish({ text: users.join() });
  const news = useLiveNewsChannel_({}, { history: 5 });
  const title: string | undefined = news.messages[0]?.title;
  // @ts-expect-error nobody may publish
  void news.publish({ title });
  // @ts-expect-error there is no error to be told of
  useLiveNewsChannel_({}, { onError: () => {} });
  const plain = usePlainChannel(null);
  const from: string | undefined = plain.messages[0]?.from;
  // @ts-expect-error the channel does not tell who listens
  void [from, plain.users];
  // @ts-expect-error the message has no such field
  void plain.publish({ title: "x" });
}
`;

test("fits what a client may do, and nothing else", async () => {
  const [copy] = model.clients;
  if (copy === undefined) throw new Error("There is no copy.");
  const runtime = { client: await clientRuntime(), react: await reactRuntime() };
  for (const [file, text] of [...emitCopy(model, copy, runtime), ["use.ts", use] as const]) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(frontend));
  compiles(folder);
});

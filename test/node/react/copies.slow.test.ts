/** React code beside a copy of the client. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import reference from "../../../covara.config.ts";
import { emitCopy } from "../../../generator/emit/react-copy.ts";
import { clientRuntime } from "../../../generator/load/client-runtime.ts";
import { reactRuntime } from "../../../generator/load/react-runtime.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { compiles, frontend } from "../emit/compile.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/react-copies-${process.pid}`);

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const tool = (name: string, args: readonly string[], input = ""): string =>
  execFileSync(path.join(root, "node_modules/.bin", name), args, { cwd: root, input, encoding: "utf8" });

test("needs nothing but React and TanStack Query, and compiles", async () => {
  const clients = [
    { out: "../web", react: true },
    { out: "../kiosk", only: ["lists"], react: true },
    { out: "../rooms", only: ["channels.chat"], react: true },
    { out: "../users", only: ["users"], react: true },
    { out: "../plain" },
  ];
  const { model } = buildModel({ ...(reference as ConfigData), clients }, { exists: () => true });
  if (model === null) throw new Error("There is no model.");
  const runtime = { client: await clientRuntime(), react: await reactRuntime() };
  // The modules become two files, which import from each other by name.
  const names = runtime.react.flatMap(({ statements }) => statements.flatMap((each) => each.names));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  const [web, kiosk, rooms, users, plain] = model.clients.map((copy) => emitCopy(model, copy, runtime));
  expect([...(plain?.keys() ?? [])]).toEqual(["client.ts"]);
  expect([...(kiosk?.keys() ?? [])].filter((file) => file.startsWith("react/"))).toEqual([
    "react/lists.queries.ts",
    "react/lists.ts",
  ]);
  for (const [name, files] of Object.entries({ web, kiosk, rooms })) {
    for (const [file, text] of files ?? []) {
      const imported = [...text.matchAll(/\bfrom "([^"]+)";$/gm)].map(([, module]) => module ?? "");
      for (const module of imported) expect(module).toMatch(/^(\.|react$|@tanstack\/react-query$)/);
      if (file.startsWith("react")) {
        expect(tool("biome", ["format", `--stdin-file-path=${path.basename(file)}`], text)).toBe(text);
      }
      fs.mkdirSync(path.dirname(path.join(folder, name, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, name, file), text);
    }
  }
  // Hooks of live lists and of channels only where there are such.
  const has = (files: typeof web, text: string): boolean =>
    [...(files?.values() ?? [])].some((file) => file.includes(text));
  const hooks = ["useChatChannel(", "function useChannel<", "function useLive<", "function useStore<"];
  expect(hooks.map((text) => has(web, text))).toEqual([true, true, true, true]);
  expect(hooks.map((text) => has(kiosk, text))).toEqual([false, false, true, true]);
  expect(hooks.map((text) => has(rooms, text))).toEqual([true, true, false, true]);
  expect(hooks.map((text) => has(users, text))).toEqual([false, false, false, false]);
  for (const files of [kiosk, users]) expect(has(files, "Channel")).toBe(false);
  // What servers import calls no hooks.
  expect(web?.get("react-runtime.ts")).not.toMatch(/"use client"|from "react"/);
  expect(web?.get("react-hooks.ts")).toContain('"use client";');
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(frontend));
  compiles(folder);
});

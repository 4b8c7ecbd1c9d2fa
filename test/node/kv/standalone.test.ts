import path from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** The text of a Worker that declares these stores. */
async function bundle(stores: string): Promise<string> {
  const contents = `import { accessor, KVHost, rateLimit, session, string } from "./index.ts";
    export const kv = accessor({ ${stores} });
    export { KVHost };`;
  const resolveDir = path.join(import.meta.dirname, "../../../runtime/kv");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: "ts" },
    bundle: true,
    format: "esm",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

const marks = ["kv_session", "SHA-256", "kv_rate_limit", "sweep_at"];

test("sessions and rate limits that are not declared are not in the Worker", async () => {
  const found = async (stores: string): Promise<string[]> => {
    const text = await bundle(stores);
    return marks.filter((mark) => text.includes(mark));
  };
  const plain = `text: string({ prefix: "text", object: "main" })`;
  const sessions = `sessions: session({ prefix: "sessions", object: "sessions", ttl: 1 })`;
  const limits = `api: rateLimit({ prefix: "api", object: "api", requests: 1, per: 1 })`;
  expect(await found(plain)).toEqual([]);
  expect(await found(sessions)).toEqual(["kv_session", "SHA-256", "sweep_at"]);
  expect(await found(`${plain}, ${limits}`)).toEqual(["kv_rate_limit", "sweep_at"]);
});

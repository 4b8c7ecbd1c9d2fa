/** What identifies requests is in the Worker only where the config asks for it. */
import fs from "node:fs";
import path from "node:path";
import { apiKey, betterAuth, custom, d1, field, jwt, session } from "covara";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { AuthData } from "../../../schema/data.ts";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, `test/.tmp/auth-bundle-${process.pid}`);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const users = {
  fields: {
    id: field.id(),
    name: field.text(),
    email: field.text().unique().readOnly(),
    emailVerified: field.boolean().default(false).readOnly(),
    image: field.text().optional(),
    createdAt: field.timestamp().createdAt(),
    updatedAt: field.timestamp().updatedAt(),
  },
  access: () => ({ read: { type: "signedIn" as const } }),
};

/** Which parts the Worker of an application with that `auth` has. */
async function parts(auth: AuthData | readonly AuthData[] | undefined): Promise<string[]> {
  const given = auth === undefined ? {} : { auth };
  const config = { name: "app", database: d1(), resources: auth === undefined ? {} : { users }, ...given };
  const { model } = buildModel(config, { exists: () => true });
  if (model === null) throw new Error("the config has problems");
  const files = [...emit(model, { wranglerToml: null })].map(
    ([file, text]) => [`generated/${file}`, text] as const,
  );
  const own = ["auth.ts", "better-auth.ts"].map((file) => [file, "export default () => null;"] as const);
  for (const [file, text] of [...files, ...own]) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  const built = await build({
    entryPoints: [path.join(folder, "generated/worker.ts")],
    bundle: true,
    write: false,
    format: "esm",
    external: ["cloudflare:workers", "node:*"],
    conditions: ["workerd", "worker", "browser"],
    alias: {
      "covara/runtime/better-auth": path.join(root, "runtime/better-auth/index.ts"),
      "covara/runtime/auth": path.join(root, "runtime/auth/index.ts"),
      "covara/runtime/kv": path.join(root, "runtime/kv/index.ts"),
      "covara/runtime": path.join(root, "runtime/http/index.ts"),
    },
  });
  fs.rmSync(folder, { recursive: true });
  const text = built.outputFiles[0]?.text ?? "";
  const marks = {
    origin: "Sec-Fetch-Site",
    session: "__Host-session",
    key: "X-API-Key",
    jwt: "ERR_JWT_EXPIRED",
    jwks: "ERR_JWKS_NO_MATCHING_KEY",
    kv: "kv_session",
    better: "sign-up/email",
    kysely: "KyselyConfig",
    covara: "__Host-auth",
  };
  return Object.entries(marks).flatMap(([part, mark]) => (text.includes(mark) ? [part] : []));
}

const token = { issuer: "a", audience: "b", users: "users" } as const;

test.each<[string, AuthData | readonly AuthData[] | undefined, string[]]>([
  ["nothing", undefined, []],
  ["custom", custom("./auth.ts"), ["origin"]],
  ["session", session({ users: "users" }), ["origin", "session", "kv"]],
  ["apiKey", apiKey({ users: "users", prefix: "acme" }), ["origin", "key", "kv"]],
  ["jwt with keys", jwt({ ...token, jwks: "https://a.example" }), ["origin", "jwt", "jwks"]],
  ["jwt with a secret", jwt({ ...token, secret: "JWT_SECRET" }), ["origin", "jwt"]],
  [
    "betterAuth",
    betterAuth({ users: "users", options: "./better-auth.ts" }),
    ["origin", "jwt", "jwks", "better", "covara"],
  ],
  [
    "several",
    [session({ users: "users" }), apiKey({ users: "users", prefix: "acme" })],
    ["origin", "session", "key", "kv"],
  ],
])("%s", async (_, auth, expected) => {
  expect(await parts(auth)).toEqual(expected);
});

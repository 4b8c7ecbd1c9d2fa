/** `env.ts`: the Worker's bindings, the user's type, and what Hono carries through a request. */
import type { Json } from "../../schema/data.ts";
import { secretsOf } from "../model/auth.ts";
import { classesOf } from "../model/own-classes.ts";
import type { AuthModel, Model } from "../model/types.ts";
import { SourceFile } from "./source-file.ts";
import { propertyName } from "./text.ts";
import { memberLine } from "./types.ts";

export function emitEnv(model: Model): string {
  const file = new SourceFile(["Env", "User", "AppEnv"]);
  file.section(
    "/** The bindings of the Worker, as `wrangler.toml` declares them. */",
    "export interface Env {",
    `  ${propertyName(model.database.binding)}: D1Database;`,
    ...classesOf(model).map(
      ({ binding, className, file: from }) =>
        `  ${binding}: DurableObjectNamespace<${file.useType(`./${from}.js`, className)}>;`,
    ),
    ...secretsOf(model.auth).map((name) => `  ${name}: string;`),
    ...variables(model.wrangler.vars),
    "}",
  );
  if (model.auth !== null) file.section(...user(file, model.auth));
  const requestVariables = file.useType("covara/runtime", "RequestVariables");
  file.section(
    "/** What Hono carries through a request. */",
    "export interface AppEnv {",
    "  Bindings: Env;",
    `  Variables: ${requestVariables}${model.auth === null ? "" : " & { user: User | null }"};`,
    "}",
  );
  return file.toString();
}

function user(file: SourceFile, auth: AuthModel): string[] {
  const members = auth.userFields.map((field) =>
    memberLine(field, false, (name) => file.useType("./types.js", name)),
  );
  return [
    auth.users === null
      ? `/** Who makes a request, as ${teller(auth)}. */`
      : `/** Who makes a request: a row of \`${auth.users.resource}\`. */`,
    "export interface User {",
    "  id: string;",
    ...members,
    "}",
  ];
}

function teller({ providers: [first, ...others] }: AuthModel): string {
  if (others.length > 0) return "its credentials tell";
  return first?.type === "custom" ? "the auth module tells" : "the token says";
}

/** Plain variables come as text; wrangler passes anything else on as parsed JSON. */
function variables(vars: Json | undefined): string[] {
  if (vars === undefined || vars === null || typeof vars !== "object" || Array.isArray(vars)) return [];
  return Object.entries(vars).map(([name, value]) => `  ${propertyName(name)}: ${jsonType(value)};`);
}

function jsonType(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "unknown[]";
  return typeof value === "object" ? "Record<string, unknown>" : typeof value;
}

/** `auth.ts`: how requests are identified, where that takes more than a module of the user's own. */
import type { AuthProvider, Model, UsersModel } from "../model/types.ts";
import { betterAuthNames, emitBetterAuth } from "./auth-better.ts";
import { emitJwt } from "./auth-jwt.ts";
import { array, call, layOut, object } from "./expression.ts";
import { resourceOf } from "./resource-of.ts";
import { hasRoutes } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { sqlName } from "./sql-name.ts";
import { fits, inTemplate, numeral, property, quote } from "./text.ts";

const module = "covara/runtime/auth";

/** Null where a module of the user's does all of it. */
export function emitAuth(model: Model, userModule: (path: string) => string): string | null {
  const { auth } = model;
  if (auth === null) return null;
  const [first, ...others] = auth.providers;
  if (first?.type === "custom" && others.length === 0) return null;
  const own =
    "authenticate findUser sessions session jwt claims toUser key KeyScope apiKeys env c id timestamp z";
  const file = new SourceFile([...own.split(" "), ...betterAuthNames]);
  if (auth.users !== null) emitFindUser(file, model, auth.users);
  const kinds = auth.providers.map((provider) => emitProvider(file, model, provider, userModule));
  const user = `${file.useType("./env.js", "Env")}, ${file.useType("./env.js", "User")}`;
  file.section(
    "/** Tells who makes a request. */",
    layOut("export const authenticate = ", call(`${file.use(module, "firstOf")}<${user}>`, kinds), ";"),
  );
  return file.toString();
}

/** Writes what recognises one kind of credentials; returns the function. */
function emitProvider(
  file: SourceFile,
  model: Model,
  provider: AuthProvider,
  userModule: (path: string) => string,
): string {
  switch (provider.type) {
    case "session":
      emitSessions(file, model, provider);
      return "session.recognise";
    case "apiKey":
      emitApiKeys(file, model, provider);
      return "key.recognise";
    case "jwt":
      emitJwt(file, model, provider);
      return "jwt";
    case "betterAuth":
      if (model.auth?.users) emitBetterAuth(file, model, model.auth.users, provider, userModule);
      return "better.recognise";
    case "custom":
      return `${file.use(module, "orNext")}(${file.useDefault(userModule(provider.module), "custom")})`;
  }
}

/** The one statement that reads a user. */
function emitFindUser(file: SourceFile, model: Model, users: UsersModel): void {
  const { identifier, file: name } = resourceOf(model, users.resource);
  const table = file.use(`./resources/${name}.js`, identifier);
  const [env, user] = [file.useType("./env.js", "Env"), file.useType("./env.js", "User")];
  const read = file.use(module, "readUser");
  const columns = users.fields.map(({ name: field, column }) =>
    column === field ? sqlName(column) : `${sqlName(column)} AS "${field}"`,
  );
  const alive = users.deletedAt === null ? "" : ` AND ${sqlName(users.deletedAt)} IS NULL`;
  const sql = `SELECT ${["id", ...columns].join(", ")} FROM ${sqlName(users.table)} WHERE id = ?${alive}`;
  const values = [property("env", model.database.binding), table, `\`${inTemplate(sql)}\``, "id"];
  const what =
    users.deletedAt === null ? "null where there is none" : "null where there is none, or it is deleted";
  const body = call(`${read}<${user}>`, values);
  const head = `export const findUser = (env: ${env}, id: string): Promise<${user} | null> =>`;
  const whole = layOut("  ", body, ";");
  const line = `${head} ${whole.trimStart()}`;
  file.section(
    `/** The user of an id: a row of \`${users.resource}\`, as rules see it; ${what}. */`,
    ...(fits(line) && !line.includes("\n") ? [line] : [head, whole]),
  );
}

function emitSessions(
  file: SourceFile,
  model: Model,
  { store, ttl }: { readonly store: string; readonly ttl: number },
): void {
  const make = file.use(module, "sessionAuth");
  const kv = file.use("./kv.js", "kv");
  const found = model.kv?.stores.find(({ key }) => key === store);
  const data =
    found === undefined || found.fields === null
      ? "Record<never, never>"
      : file.useType("./kv.js", found.typeName);
  const env = file.useType("./env.js", "Env");
  const user = file.useType("./env.js", "User");
  const options = object([
    ["store", `(env: ${env}) => ${property(`${kv}(env)`, store)}`],
    ["findUser", "findUser"],
    ["ttl", numeral(ttl)],
  ]);
  const context = `${file.useType("hono", "Context")}<${file.useType("./env.js", "AppEnv")}>`;
  const type = `${file.useType(module, "Sessions")}<${user}, ${data}>`;
  file.section(
    "/** Users whose sessions their cookies open. */",
    layOut("const session = ", call(make, [options]), ";"),
    "",
    "/** Signs users in and out: `await sessions(c).signIn(user.id)`. */",
    ...wrapped(`export const sessions = (c: ${context}): ${type} =>`, "session.sessions(c);"),
  );
}

function emitApiKeys(
  file: SourceFile,
  model: Model,
  { store, prefix }: { readonly store: string; readonly prefix: string },
): void {
  const make = file.use(module, "apiKeyAuth");
  const kv = file.use("./kv.js", "kv");
  const env = file.useType("./env.js", "Env");
  const resources = keyedResources(model);
  const options = object([
    ["prefix", quote(prefix)],
    ["resources", array(resources.map(quote))],
    ["store", `(env: ${env}) => ${property(`${kv}(env)`, store)}`],
    ["findUser", "findUser"],
  ]);
  file.section(
    "/** Users whose keys their programs carry. */",
    layOut("const key = ", call(make, [options]), ";"),
    "",
    "/** What a key may be used for: everything, or the routes of one resource. */",
    ...scopeType(resources),
    "",
    '/** Makes, lists and revokes keys: `await apiKeys(env).create({ userId: user.id, scopes: ["read"] })`. */',
    ...wrapped(
      `export const apiKeys = (env: ${env}): ${file.useType(module, "ApiKeys")}<KeyScope> =>`,
      "key.apiKeys(env);",
    ),
  );
}

/** The resources whose routes a key can be made for. */
const keyedResources = ({ resources }: Model): string[] => resources.filter(hasRoutes).map(({ key }) => key);

/** All scopes, one by one, so that an error about one that there is not lists those that there are. */
function scopeType(resources: readonly string[]): string[] {
  const names = ["read", "write", ...resources.flatMap((key) => [`${key}:read`, `${key}:write`])].map(quote);
  const line = `export type KeyScope = ${names.join(" | ")};`;
  if (fits(line)) return [line];
  return [
    "export type KeyScope =",
    ...names.map((name, at) => `  | ${name}${at + 1 < names.length ? "" : ";"}`),
  ];
}

const wrapped = (head: string, body: string): string[] =>
  fits(`${head} ${body}`) ? [`${head} ${body}`] : [head, `  ${body}`];

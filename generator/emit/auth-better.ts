/** The part of `auth.ts` that wires Better Auth. */
import { betterAuthRoute, isBetterAuthField } from "../model/auth-better.ts";
import { betterAuthCounters, betterAuthStore } from "../model/kv-names.ts";
import type { BetterAuthProvider, FieldModel, Model, UsersModel } from "../model/types.ts";
import { array, arrow, call, type Expression, layOut, object } from "./expression.ts";
import { resourceOf } from "./resource-of.ts";
import { shared, valueSchema } from "./schemas.ts";
import type { SourceFile } from "./source-file.ts";
import { numeral, property, propertyName, quote } from "./text.ts";

const module = "covara/runtime/better-auth";

/** The names that this part declares. */
export const betterAuthNames = ["better", "betterAuth", "betterAuthHandler", "accepted", "url"] as const;

/** The path below which Better Auth answers. */
export const betterAuthPath = ({ basePath }: Pick<Model, "basePath">): string =>
  `${basePath}/${betterAuthRoute}`;

/** Writes the constants `better`, `betterAuth` and `betterAuthHandler`. */
export function emitBetterAuth(
  file: SourceFile,
  model: Model,
  users: UsersModel,
  provider: BetterAuthProvider,
  userModule: (path: string) => string,
): void {
  emitAccepted(file, model, users, provider);
  const env = `(env: ${file.useType("./env.js", "Env")})`;
  const kv = file.use("./kv.js", "kv");
  const tableOf = (key: string): string => {
    const { identifier, file: name } = resourceOf(model, key);
    return file.use(`./resources/${name}.js`, identifier);
  };
  const tables = provider.tables.map(({ name, resource }) => [name, tableOf(resource)] as const);
  const origins = model.cors?.credentials === true ? model.cors.origins : [];
  const options = object([
    ["settings", file.useDefault(userModule(provider.module), "settings")],
    ["secret", arrow(`${env} =>`, property("env", provider.secret))],
    ["basePath", quote(betterAuthPath(model))],
    ["bodyLimit", numeral(model.bodyLimit)],
    ["origins", array(origins.map(quote))],
    ["database", arrow(`${env} =>`, property("env", model.database.binding))],
    ["users", tableOf(users.resource)],
    ["fields", object(userFields(users, provider))],
    ["accepted", "accepted"],
    ["tables", object(tables)],
    ["strings", arrow(`${env} =>`, `${kv}(env).${betterAuthStore}`)],
    ["increment", "increment"],
    ["findUser", "findUser"],
  ]);
  file.section(
    "/** Counts up to the end of a time that begins with the first; replies the number. */",
    `async function increment(env: ${file.useType("./env.js", "Env")}, key: string, seconds: number): Promise<number> {`,
    `  const [count] = await ${kv}(env).multi((tx) => [`,
    `    tx.${betterAuthCounters}.incr(key),`,
    `    tx.${betterAuthCounters}.expire(key, seconds, { nx: true }),`,
    "  ]);",
    "  return count;",
    "}",
  );
  file.section(
    "/** Better Auth, with the users and the stores of this application. */",
    layOut("const better = ", call(file.use(module, "betterAuthWay"), [options]), ";"),
    "",
    "/** Better Auth itself: `await betterAuth(c.env).api.listSessions({ headers: c.req.raw.headers })`. */",
    "export const betterAuth = better.instance;",
    "",
    `/** Answers all below \`${betterAuthPath(model)}\`. */`,
    "export const betterAuthHandler = better.handler;",
  );
}

/** What a user has besides the fields that Better Auth has anyway. The database knows the defaults. */
function userFields(users: UsersModel, { input }: BetterAuthProvider): [string, Expression][] {
  return users.fields
    .filter(({ name }) => !isBetterAuthField(name))
    .map((field) => {
      const isInput = input.includes(field.name);
      const isRequired = isInput && !field.nullable && field.default === undefined;
      const members: [string, Expression][] = [
        ["type", fieldType(field)],
        ["required", `${isRequired}`],
        ["input", `${isInput}`],
      ];
      return [field.name, object(members)];
    });
}

function fieldType({ kind, values }: FieldModel): Expression {
  switch (kind) {
    case "enum":
      return array(values.map(quote));
    case "integer":
    case "number":
      return quote("number");
    case "boolean":
      return quote("boolean");
    case "timestamp":
      return quote("date");
    case "json":
      return quote("json");
    default:
      return quote("string");
  }
}

/** The validator of what people say of themselves, whichever way it comes to Better Auth. */
function emitAccepted(
  file: SourceFile,
  model: Model,
  users: UsersModel,
  { input }: BetterAuthProvider,
): void {
  const names = ["name", "email", "image", ...input];
  const used = new Set<keyof typeof shared>();
  const lines = resourceOf(model, users.resource)
    .fields.filter(({ name }) => names.includes(name))
    .map((field) => {
      const schema = valueSchema(field, (name) => {
        used.add(name);
        return name;
      });
      return layOut(`  ${propertyName(field.name)}: `, schema, ",");
    });
  file.use("zod/mini", "* as z");
  file.section(`z.config(${file.use("zod/locales", "en")}());`);
  for (const name of ["timestamp", "url"] as const) if (used.has(name)) file.section(...shared[name]);
  file.section(
    "/** What users may say of themselves. */",
    "const accepted = z.partial(",
    "  z.object({",
    ...lines.map((line) => line.replace(/^/gm, "  ")),
    "  }),",
    ");",
  );
}

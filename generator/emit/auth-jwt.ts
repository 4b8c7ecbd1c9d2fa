/** The part of `auth.ts` that takes JSON Web Tokens. */
import type { JwtProvider, Model, UserFieldModel, ValueFieldModel } from "../model/types.ts";
import { array, arrow, call, type Expression, layOut, object } from "./expression.ts";
import { importedScope } from "./json.ts";
import { type SchemaScope, schemaOf } from "./json-schema.ts";
import { shared, valueSchema } from "./schemas.ts";
import type { SourceFile } from "./source-file.ts";
import { list, property, propertyName, quote } from "./text.ts";

const module = "covara/runtime/auth";

/** Writes the constant `jwt`. */
export function emitJwt(file: SourceFile, model: Model, provider: JwtProvider): void {
  const { keys, claims } = provider;
  const use = (name: string): string => file.use(module, name);
  const [env, user] = [file.useType("./env.js", "Env"), file.useType("./env.js", "User")];
  if (claims !== null) {
    emitClaims(file, model, claims);
    emitUser(file, user, claims);
  }
  const key =
    keys.type === "jwks"
      ? call(use("remoteKeys"), [quote(keys.url)])
      : call(use("secretKey"), [quote(keys.name), arrow(`(env: ${env}) =>`, property("env", keys.name))]);
  const options = object([
    ["keys", key],
    ["algorithms", array(provider.algorithms.map(quote))],
    ["issuer", quote(provider.issuer)],
    ["audience", quote(provider.audience)],
    ["user", claims === null ? "findUser" : call(use("userOfClaims"), ["claims", "toUser"])],
  ]);
  file.section(
    "/** Users for whom a token of the issuer speaks. */",
    layOut("const jwt = ", call(`${use("jwtAuth")}<${env}, ${user}>`, [options]), ";"),
  );
}

type Claims = NonNullable<JwtProvider["claims"]>;

/** The function that makes a user of the claims. */
function emitUser(file: SourceFile, user: string, claims: Claims): void {
  const renamed = claims.some(({ field, claim }) => field.name !== claim);
  const members = claims.map(({ field, claim }) => `${propertyName(field.name)}: ${property("said", claim)}`);
  file.section(
    `function toUser(id: string, said: z.output<typeof claims>): ${user} {`,
    list("  return ", "{ ", ["id", ...(renamed ? members : ["...said"])], "}", ";"),
    "}",
  );
}

/** The validator of the claims that the user is made of. Others do not matter. */
function emitClaims(file: SourceFile, model: Model, claims: Claims): void {
  file.use("zod/mini", "* as z");
  file.section(`z.config(${file.use("zod/locales", "en")}());`);
  const scope = importedScope(file, model);
  if (claims.some(({ field }) => field.kind === "timestamp")) file.section(...shared.timestamp);
  const lines = claims.map(({ field, claim }) =>
    layOut(`  ${propertyName(claim)}: `, claimSchema(field, file, scope), ","),
  );
  file.section(
    "/** What a token must say of its user. */",
    ...(lines.length === 0
      ? ["const claims = z.object({});"]
      : ["const claims = z.object({", ...lines, "});"]),
  );
}

/** One that the token lacks is null, where the field may be. */
function claimSchema(field: UserFieldModel, file: SourceFile, scope: SchemaScope): Expression {
  const schema = bareSchema({ ...field, nullable: false }, file, scope);
  return field.nullable ? call("z._default", [call("z.nullable", [schema]), "null"]) : schema;
}

function bareSchema(field: UserFieldModel, file: SourceFile, scope: SchemaScope): Expression {
  if (field.shape !== null) return schemaOf(field.shape, scope);
  if (field.kind === "json") {
    const json = file.useType("./types.js", "JsonValue");
    return call(`z.custom<${json}>`, ["(value) => value !== undefined && value !== null"]);
  }
  const unlimited: ValueFieldModel = {
    ...field,
    min: null,
    max: null,
    format: null,
    regex: null,
    trim: false,
  };
  return valueSchema(unlimited, (name) => name);
}

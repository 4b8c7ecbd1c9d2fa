/** The pass over `auth`: the module that identifies requests and what it says of the user. */
import type { ConfigData, CustomAuthData, FieldData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { buildBetterAuth } from "./auth-better.ts";
import { buildJwt } from "./auth-jwt.ts";
import { type AuthWay, authWays, sessionTtl } from "./auth-ways.ts";
import { shapeOf } from "./json-types.ts";
import { apiKeyStore, authStore, kvBinding } from "./kv-names.ts";
import { liveBinding } from "./live-names.ts";
import { modulePath, type NamedFiles, requireDefaultExport } from "./modules.ts";
import { checkName } from "./names.ts";
import { defaults } from "./options.ts";
import { quote, type Report, suggest } from "./report.ts";
import type {
  AuthModel,
  AuthProvider,
  FieldModel,
  ResourceModel,
  UserFieldModel,
  UsersModel,
} from "./types.ts";

const userKinds: readonly FieldData["kind"][] = [
  "text",
  "integer",
  "number",
  "boolean",
  "enum",
  "timestamp",
  "json",
];

/** Null where the config declares no auth. @param resources What may hold the users. */
export function buildAuth(
  config: ConfigData,
  resources: readonly PossibleUsers[],
  files: NamedFiles,
  report: Report,
): AuthModel | null {
  if (config.auth === undefined) return null;
  const ways = authWays(config);
  if (ways.length === 0) {
    report.error("COV1419", ["auth"], "`auth` is an empty list, so nobody is ever signed in.", {
      fix: "Name a way to identify requests, or remove `auth`.",
    });
  }
  const surroundings = { config, resources, files, report };
  const built = ways.map((way) => ({ ...way, ...buildProvider(way, surroundings) }));
  checkTogether(built, report);
  const [first] = built;
  const userFields = first?.userFields ?? [];
  const users = built.find((way) => way.users !== null)?.users ?? null;
  return { providers: built.map(({ provider }) => provider), users, userFields, roles: rolesOf(userFields) };
}

/** Reports ways that get in each other's way, or know other users than the first. */
function checkTogether(ways: readonly (AuthWay & Provided)[], report: Report): void {
  const [first, ...others] = ways;
  if (first === undefined) return;
  const seen = new Map([[first.data.type, first]]);
  for (const way of others) {
    const name = `${way.data.type}(…)`;
    if (seen.has(way.data.type)) {
      const message = `\`auth\` has ${name} twice, and the first would decide about all that the second is for.`;
      report.error("COV1419", way.path, message, { fix: "Remove one." });
    }
    seen.set(way.data.type, way);
    if (way.users !== null && first.users !== null && way.users.resource !== first.users.resource) {
      const message = `${name} takes the users from ${quote(way.users.resource)}, and ${first.data.type}(…) from ${quote(first.users.resource)}.`;
      report.error("COV1419", [...way.path, "users"], message, { fix: "Take them from one resource." });
    } else if (!report.failed && meaning(way.userFields) !== meaning(first.userFields)) {
      const names = first.userFields.map((field) => `\`${field.name}\``).join(", ");
      const message = `${name} tells other fields of the user than ${first.data.type}(…), but rules see one user.`;
      report.error("COV1419", way.path, message, {
        fix: `Give the same fields, of the same kinds: ${names === "" ? "none" : names}.`,
      });
    }
  }
}

/** What fields say, in any order, as text to compare. */
const meaning = (fields: readonly UserFieldModel[]): string =>
  JSON.stringify(
    fields
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, kind, nullable, values, shape }) => [name, kind, nullable, values, shape]),
  );

interface Surroundings {
  readonly config: ConfigData;
  readonly resources: readonly PossibleUsers[];
  readonly files: NamedFiles;
  readonly report: Report;
}

/** One way to identify requests, and what it knows of the user. */
interface Provided extends Pick<AuthModel, "users" | "userFields"> {
  readonly provider: AuthProvider;
}

function buildProvider(
  { data, path }: AuthWay,
  { config, resources, files, report }: Surroundings,
): Provided {
  const rows = (key: string): Pick<AuthModel, "users" | "userFields"> => {
    const users = buildUsers(key, [...path, "users"], resources, report);
    return { users, userFields: users?.fields.map(asUserField) ?? [] };
  };
  const stated = (fields: CustomAuthData["user"]): Pick<AuthModel, "users" | "userFields"> => {
    const maker = data.type === "custom" ? "the auth module" : "the issuer of the tokens";
    const userFields = Object.entries(fields).flatMap(([name, field]) =>
      userField(name, field.data, [...path, "user", name], maker, report),
    );
    return { users: null, userFields };
  };
  switch (data.type) {
    case "session":
      return { provider: { type: "session", store: authStore, ttl: sessionTtl(data) }, ...rows(data.users) };
    case "apiKey":
      if (!/^[a-z][a-z0-9]{1,15}$/.test(data.prefix)) {
        report.error("COV1418", [...path, "prefix"], `${quote(data.prefix)} is no prefix of keys.`, {
          text: data.prefix,
          fix: "Use 2 to 16 lower-case letters and digits, beginning with a letter.",
        });
      }
      return {
        provider: { type: "apiKey", store: apiKeyStore, prefix: data.prefix },
        ...rows(data.users),
      };
    case "jwt": {
      const known = data.users === undefined ? stated(data.user ?? {}) : rows(data.users);
      const claims = data.users === undefined ? known.userFields : null;
      return { provider: buildJwt(data, claims, path, bindings(config), report), ...known };
    }
    case "betterAuth":
      return {
        provider: buildBetterAuth(data, path, { config, resources, taken: bindings(config), files, report }),
        ...rows(data.users),
      };
    case "custom":
      return {
        provider: { type: "custom", module: authModule(data, path, files, report) },
        ...stated(data.user),
      };
  }
}

/** What the Worker's `env` has besides secrets. */
function bindings(config: ConfigData): ReadonlyMap<string, string> {
  const { vars = {} } = config.wrangler ?? {};
  const names = typeof vars === "object" && vars !== null ? Object.keys(vars) : [];
  return new Map([
    ...names.map((name) => [name, "a variable of `wrangler.vars`"] as const),
    [config.database.binding ?? defaults.binding, "the database's binding"],
    [kvBinding, "the key-value binding"],
    [liveBinding, "the binding of live resources"],
  ]);
}

/** The secrets that identifying requests takes. */
export const secretsOf = (auth: AuthModel | null): string[] =>
  [
    ...new Set(
      (auth?.providers ?? []).flatMap((provider) =>
        provider.type === "betterAuth"
          ? [provider.secret]
          : provider.type === "jwt" && provider.keys.type === "secret"
            ? [provider.keys.name]
            : [],
      ),
    ),
  ].sort();

const rolesOf = (fields: readonly UserFieldModel[]): readonly string[] | null =>
  fields.find((field) => field.name === "role" && field.kind === "enum")?.values ?? null;

/** A resource as far as it is known before its rules are. */
export interface PossibleUsers extends Pick<ResourceModel, "key" | "typeName" | "table"> {
  /** Those that are stored. */
  readonly fields: readonly FieldModel[];
  readonly deletedAt: FieldModel | null;
}

/** The user's fields are the stored ones that are not hidden, but for those that say nothing about a user. */
function buildUsers(
  key: string,
  path: ConfigPath,
  resources: readonly PossibleUsers[],
  report: Report,
): UsersModel | null {
  const found = resources.find((resource) => resource.key === key);
  if (found === undefined) {
    const names = resources.map((resource) => resource.key);
    report.error("COV1416", path, `auth takes the users from ${quote(key)}, which is no resource.`, {
      text: key,
      ...suggest(key, names, "Resources"),
    });
    return null;
  }
  const { typeName, table, deletedAt } = found;
  const fields = found.fields.filter(
    ({ kind, hidden }) => !hidden && (kind === "ref" || userKinds.includes(kind)),
  );
  return { resource: key, typeName, table, fields, deletedAt: deletedAt?.column ?? null };
}

/** A reference is the id that it holds. */
const asUserField = ({ name, kind, nullable, values, shape }: FieldModel): UserFieldModel => ({
  name,
  kind: kind === "ref" ? "text" : kind,
  nullable,
  values,
  shape,
});

function authModule(
  { module }: CustomAuthData,
  place: ConfigPath,
  files: NamedFiles,
  report: Report,
): string {
  const named = {
    module,
    what: "auth module",
    by: "auth",
    path: [...place, "module"],
    example: "src/auth.ts",
  };
  const { path, usable } = modulePath(named, files, report);
  const fix = "Export the function that identifies a request: `export default async (request, env) => …`.";
  if (usable) requireDefaultExport(named, path, fix, files, report);
  return path;
}

function userField(
  name: string,
  data: FieldData,
  path: ConfigPath,
  maker: string,
  report: Report,
): UserFieldModel[] {
  if (!checkName(name, "user field", path, report)) return [];
  if (name === "id") {
    report.error("COV1410", path, "The user's `id` is always there and must not be declared.", {
      fix: "Remove it.",
    });
    return [];
  }
  if (!userKinds.includes(data.kind)) {
    const fix = data.kind === "ref" ? "Use field.text()." : "Remove it.";
    report.error(
      "COV1410",
      path,
      `The user field \`${name}\` is of kind ${data.kind}, which a user cannot have.`,
      { fix },
    );
    return [];
  }
  const idle = Object.keys(data).filter(
    (option) => !["kind", "optional", "values", "shape"].includes(option),
  );
  for (const option of idle) {
    const message = `\`${option}\` has no effect on the user field \`${name}\`: ${maker} makes the value.`;
    report.error("COV1410", [...path, option], message, { fix: `Remove ${option}.` });
  }
  const values = data.values ?? [];
  if (
    data.kind === "enum" &&
    (values.length === 0 || new Set(values).size < values.length || values.includes(""))
  ) {
    report.error(
      "COV1208",
      path,
      `The enum \`${name}\` of the user needs distinct members that are not empty.`,
    );
  }
  return [{ name, kind: data.kind, nullable: data.optional ?? false, values, shape: shapeOf(data) }];
}

/** The pass over `betterAuth(…)`: its options, and whether the resource of the users has what Better Auth keeps of one. */
import type { BetterAuthData, ConfigData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { modulePath, type NamedFiles, requireDefaultExport } from "./modules.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { BetterAuthProvider, FieldModel, Model, ResourceModel } from "./types.ts";

/** The last segment of the path below which Better Auth answers. */
export const betterAuthRoute = "auth";

const defaultSecret = "BETTER_AUTH_SECRET";

/** Better Auth's own tables: none of a plugin is called like them. */
const ownTables: ReadonlySet<string> = new Set(["user", "session", "account", "verification", "rateLimit"]);

/** From then on Workers have Node's modules by default. */
const nodeSince = "2026-08-04";

interface Surroundings {
  readonly config: ConfigData;
  readonly resources: readonly { readonly key: string }[];
  /** The Worker's other bindings, by name: what each of them is. */
  readonly taken: ReadonlyMap<string, string>;
  readonly files: NamedFiles;
  readonly report: Report;
}

export function buildBetterAuth(
  data: BetterAuthData,
  path: ConfigPath,
  { config, resources, taken, files, report }: Surroundings,
): BetterAuthProvider {
  if (files.hasPackage?.("better-auth") === false) {
    report.error("COV1422", path, "`betterAuth(…)` needs the package better-auth, which is not installed.", {
      fix: "Run `npm install better-auth`.",
    });
  }
  const named = {
    module: data.options,
    what: "module with the options of Better Auth",
    by: "auth",
    path: [...path, "options"],
    example: "src/better-auth.ts",
  };
  const { path: module, usable } = modulePath(named, files, report);
  const fix = "Export the options: `export default defineBetterAuth((env: Env) => ({ … }))`.";
  if (usable) requireDefaultExport(named, module, fix, files, report);
  const keys = resources.map(({ key }) => key);
  const tables = Object.entries(data.tables ?? {}).map(([name, resource]) => {
    const at = [...path, "tables", name];
    if (ownTables.has(name)) {
      const message = `${quote(name)} is a table of Better Auth itself, and no plugin's.`;
      report.error("COV1421", at, message, { fix: "Remove it." });
    } else if (!keys.includes(resource)) {
      const message = `\`tables\` keeps ${quote(name)} in ${quote(resource)}, which is no resource.`;
      report.error("COV1421", at, message, { text: resource, ...suggest(resource, keys, "Resources") });
    }
    return { name, resource };
  });
  const { secret = defaultSecret } = data;
  checkNode(config, report);
  checkSecret(secret, [...path, "secret"], taken, report);
  return { type: "betterAuth", module, secret, input: data.input ?? [], tables };
}

/** Reports a Worker that lacks Node's modules. A date that is none is reported as such. */
function checkNode({ compatibilityDate, wrangler = {} }: ConfigData, report: Report): void {
  const { compatibility_flags: flags } = wrangler;
  const isOn = Array.isArray(flags) && flags.includes("nodejs_compat");
  if (compatibilityDate === undefined || compatibilityDate >= nodeSince || isOn) return;
  const message = `Better Auth needs Node's modules, which Workers of ${quote(compatibilityDate)} have not by default.`;
  report.error("COV1421", ["compatibilityDate"], message, {
    text: compatibilityDate,
    fix: `Raise it to ${nodeSince}, or add \`wrangler: { compatibility_flags: ["nodejs_compat"] }\`.`,
  });
}

function checkSecret(
  secret: string,
  path: ConfigPath,
  taken: ReadonlyMap<string, string>,
  report: Report,
): void {
  const what = taken.get(secret);
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,59}$/.test(secret)) {
    // Not shown: it may be the secret itself.
    const fix = `Name the binding, such as \`${defaultSecret}\`, and put the secret itself with \`wrangler secret put\`.`;
    report.error("COV1421", path, "`secret` is not the name of a binding.", { fix });
  } else if (what !== undefined) {
    const message = `The secret ${quote(secret)} has the name of ${what}.`;
    report.error("COV1421", path, message, { text: secret, fix: "Choose another name." });
  }
}

/** What a field has to be for Better Auth to keep its value there. */
interface Needed {
  /** As a config would declare it. */
  readonly declaration: string;
  /** What is wrong with a field of that name, as the end of a sentence; null for nothing. */
  readonly wrong: (field: FieldModel) => string | null;
}

const hidden = (field: FieldModel): string | null => (field.hidden ? "is hidden" : null);

const kind =
  (wanted: FieldModel["kind"]) =>
  (field: FieldModel): string | null =>
    field.kind === wanted ? null : `is of kind ${field.kind}`;

const firstOf =
  (...checks: readonly Needed["wrong"][]): Needed["wrong"] =>
  (field) => {
    for (const check of checks) {
      const wrong = check(field);
      if (wrong !== null) return wrong;
    }
    return null;
  };

const timestamp = firstOf(hidden, kind("timestamp"));

/** The fields that Better Auth keeps of each user, by name. */
const needed: Readonly<Record<string, Needed>> = {
  name: { declaration: "field.text()", wrong: firstOf(hidden, kind("text")) },
  email: {
    declaration: "field.text().email().unique().readOnly()",
    wrong: firstOf(
      hidden,
      kind("text"),
      ({ unique }) => (unique ? null : "is not unique"),
      ({ nullable }) => (nullable ? "is optional" : null),
    ),
  },
  emailVerified: {
    declaration: "field.boolean().default(false).readOnly()",
    wrong: firstOf(hidden, kind("boolean"), ({ writable }) =>
      writable ? "can be set by requests, as if a mail had been answered" : null,
    ),
  },
  image: {
    declaration: "field.text().url().optional()",
    wrong: firstOf(hidden, kind("text"), ({ nullable }) => (nullable ? null : "is required")),
  },
  createdAt: { declaration: "field.timestamp().createdAt()", wrong: timestamp },
  updatedAt: { declaration: "field.timestamp().updatedAt()", wrong: timestamp },
};

/** Whether Better Auth keeps a field of that name of each user by itself. */
export const isBetterAuthField = (name: string): boolean => name === "id" || Object.hasOwn(needed, name);

/** Reports what keeps Better Auth from making users, or lets people get around it. */
export function checkBetterAuth(
  { auth, resources }: Pick<Model, "auth" | "resources">,
  at: ConfigPath,
  report: Report,
): void {
  const provider = auth?.providers.find((candidate) => candidate.type === "betterAuth");
  const users = resources.find(({ key }) => key === auth?.users?.resource);
  if (provider === undefined || users === undefined) return;
  for (const { key, route } of resources) {
    if (route !== betterAuthRoute) continue;
    const message = `The routes of \`${key}\` would be those of Better Auth, \`/${betterAuthRoute}\`.`;
    report.error("COV1421", ["resources", key], message, { fix: `Give it another route: \`route: "…"\`.` });
  }
  checkNeeded(users, report);
  checkInput(users, provider, at, report);
  for (const field of users.fields) {
    const isGiven = field.nullable || field.default !== undefined || field.generated === "version";
    if (isGiven || isBetterAuthField(field.name) || provider.input.includes(field.name)) continue;
    const message = `Better Auth makes users, and has no value for \`${users.key}.${field.name}\`, which is required.`;
    const ask = field.writable && canBeInput(field) ? `, or name it in \`input\` of betterAuth(…)` : "";
    report.error("COV1420", ["resources", users.key, "fields", field.name], message, {
      fix: `Make it optional(), or give it a default${ask}.`,
    });
  }
}

const canBeInput = ({ kind }: FieldModel): boolean => kind !== "ref" && kind !== "json";

function checkNeeded({ key, fields, access }: ResourceModel, report: Report): void {
  for (const [name, { declaration, wrong }] of Object.entries(needed)) {
    const field = fields.find((candidate) => candidate.name === name);
    const fix = `Write \`${name}: ${declaration}\`.`;
    if (field === undefined) {
      const message = `Better Auth needs \`${key}.${name}\`, and there is no such field.`;
      report.error("COV1420", ["resources", key, "fields"], message, { fix });
      continue;
    }
    const updatable = access.update.type !== "nobody";
    const problem =
      wrong(field) ??
      (name === "email" && field.writable && updatable
        ? "can be changed by requests, and would stay verified"
        : null);
    if (problem === null) continue;
    const message = `Better Auth cannot use \`${key}.${name}\`: it ${problem}.`;
    report.error("COV1420", ["resources", key, "fields", name], message, { fix });
  }
}

function checkInput(
  { key, fields }: ResourceModel,
  { input }: BetterAuthProvider,
  path: ConfigPath,
  report: Report,
): void {
  const usable = fields.filter(
    (field) => field.writable && canBeInput(field) && !isBetterAuthField(field.name),
  );
  const names = usable.map(({ name }) => name);
  for (const [index, name] of input.entries()) {
    if (names.includes(name)) continue;
    const field = fields.find((candidate) => candidate.name === name);
    const why =
      field === undefined
        ? `which is no field of \`${key}\``
        : isBetterAuthField(name)
          ? "which Better Auth takes anyway, or never"
          : field.kind === "ref"
            ? "which is a reference: nothing would ask whether the user may read what it names"
            : field.kind === "json"
              ? "which is JSON: Better Auth takes plain values"
              : "which requests may not set";
    report.error("COV1421", [...path, "input", index], `\`input\` names ${quote(name)}, ${why}.`, {
      text: name,
      ...(field === undefined ? suggest(name, names, "Fields that it may name") : { fix: "Remove it." }),
    });
  }
}

/** The pass over `auth`: the module that identifies requests and what it says of the user. */
import type { AuthData, ConfigData, FieldData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { shapeOf } from "./json-types.ts";
import { modulePath, type NamedFiles, requireDefaultExport } from "./modules.ts";
import { checkName } from "./names.ts";
import type { Report } from "./report.ts";
import type { AuthModel, UserFieldModel } from "./types.ts";

const userKinds: readonly FieldData["kind"][] = [
  "text",
  "integer",
  "number",
  "boolean",
  "enum",
  "timestamp",
  "json",
];

/** Null where the config declares no auth. */
export function buildAuth(config: ConfigData, files: NamedFiles, report: Report): AuthModel | null {
  const { auth } = config;
  if (auth === undefined) return null;
  const userFields = Object.entries(auth.user).flatMap(([name, { data }]) => userField(name, data, report));
  const role = userFields.find((field) => field.name === "role" && field.kind === "enum");
  return { module: authModule(auth, files, report), userFields, roles: role?.values ?? null };
}

function authModule({ module }: AuthData, files: NamedFiles, report: Report): string {
  const named = { module, what: "auth module", by: "auth", path: ["auth", "module"], example: "src/auth.ts" };
  const { path, usable } = modulePath(named, files, report);
  const fix = "Export the function that identifies a request: `export default async (request, env) => …`.";
  if (usable) requireDefaultExport(named, path, fix, files, report);
  return path;
}

function userField(name: string, data: FieldData, report: Report): UserFieldModel[] {
  const path: ConfigPath = ["auth", "user", name];
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
    const message = `\`${option}\` has no effect on the user field \`${name}\`: the auth module makes the value.`;
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

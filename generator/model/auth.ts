/** The pass over `auth`: the module that identifies requests and what it says of the user. */
import type { AuthData, ConfigData, FieldData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { shapeOf } from "./json-types.ts";
import { checkName } from "./names.ts";
import { quote, type Report } from "./report.ts";
import type { AuthModel, UserFieldModel } from "./types.ts";

/** What the model asks about files that the config names. Paths are relative to the folder of the config. */
export interface NamedFiles {
  exists(path: string): boolean;
  /** Whether the module, which exists, exports a default. Not asked where it is left out. */
  hasDefaultExport?(path: string): boolean;
}

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
  return { module: modulePath(auth, files, report), userFields, roles: role?.values ?? null };
}

/** The path without `./`, checked to lead to a module that covara can import. */
function modulePath({ module }: AuthData, files: NamedFiles, report: Report): string {
  const path = ["auth", "module"];
  const normal = normalise(module);
  if (!/^\.\.?\//.test(module)) {
    const message = `The auth module ${quote(module)} is not a relative path.`;
    report.error("COV1503", path, message, { text: module, fix: `Write "./${normal || "src/auth.ts"}".` });
  } else if (!/\.[cm]?[jt]sx?$/.test(module)) {
    const found = [".ts", ".js", "/index.ts"].find((ending) => files.exists(`${normal}${ending}`));
    const message = `The auth module ${quote(module)} has no file extension.`;
    report.error("COV1503", path, message, { text: module, fix: `Write "${module}${found ?? ".ts"}".` });
  } else if (!files.exists(normal)) {
    report.error("COV1006", path, `There is no file ${quote(module)}, which auth names.`, { text: module });
  } else if (files.hasDefaultExport?.(normal) === false) {
    const message = `The auth module ${quote(module)} has no default export.`;
    const fix = "Export the function that identifies a request: `export default async (request, env) => …`.";
    report.error("COV1007", path, message, { text: module, fix });
  }
  return normal;
}

/** `./src/../auth.ts` → `auth.ts`; leading `..` stay. */
function normalise(module: string): string {
  const parts: string[] = [];
  for (const part of module.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
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
  const idle = Object.keys(data).filter((option) => !["kind", "optional", "values", "shape"].includes(option));
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

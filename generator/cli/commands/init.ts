import fs from "node:fs";
import path from "node:path";
import type { Invocation } from "../options.ts";
import { ownPackage } from "../own-package.ts";
import { projectFiles } from "../templates/index.ts";
import { completePackageJson, newPackageJson, packageParts } from "../templates/package-json.ts";
import { paint, printJson, type Terminal } from "../terminal.ts";

interface PlannedFile {
  readonly path: string;
  readonly text: string;
  readonly action: "created" | "completed";
  /** The keys added to a package.json that was there. */
  readonly added?: readonly string[];
}

/** `covara init`. Writes all files of a new project, or, where one of them exists, none. Returns the exit code. */
export async function init({ positionals, flags }: Invocation, terminal: Terminal): Promise<number> {
  const json = flags.has("json");
  const folder = path.resolve(terminal.cwd, positionals[0] ?? ".");
  const show = (file: string) =>
    path.relative(terminal.cwd, path.join(folder, file)).replaceAll(path.sep, "/");
  const planned = plan(folder);
  if (typeof planned === "string") return refuse(planned, json, terminal);
  const taken = planned.filter(
    ({ path: file, action }) => action === "created" && exists(path.join(folder, file)),
  );
  if (taken.length > 0) {
    const names = taken.map(({ path: file }) => show(file)).join(", ");
    return refuse(
      `These files exist, and init overwrites nothing: ${names}. Nothing was written.`,
      json,
      terminal,
    );
  }

  try {
    for (const { path: file, text, action } of planned) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text, { flag: action === "created" ? "wx" : "w" });
    }
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return refuse(`The project could not be written: ${error.message}.`, json, terminal);
  }
  if (json) {
    const changes = planned.map(({ path: file, action }) => ({ path: show(file), action }));
    printJson({ command: "init", ok: true, changes }, terminal);
    return 0;
  }
  for (const { path: file, action, added } of planned) {
    const keys = added === undefined ? "" : ` (added ${added.join(", ")})`;
    terminal.out(`${paint(action, "green", terminal.colors.out)}  ${show(file)}${keys}\n`);
  }
  const there = path.relative(terminal.cwd, folder);
  const steps = [...(there === "" ? [] : [`cd ${there}`]), "npm install", "npm run dev"];
  terminal.out(`\nNext:\n\n${steps.map((step) => `  ${step}\n`).join("")}`);
  return 0;
}

/** The files of the project, or what stands in the way. */
function plan(folder: string): PlannedFile[] | string {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) return `${folder} is not a folder.`;
  const manifest = path.join(folder, "package.json");
  const existing = exists(manifest) ? fs.readFileSync(manifest, "utf8") : null;
  const parts = packageParts(ownPackage());
  const name = projectName(folder);
  const files = [...projectFiles({ name })].map(([file, text]) => ({
    path: file,
    text,
    action: "created" as const,
  }));
  if (existing === null) {
    return [{ path: "package.json", text: newPackageJson(name, parts), action: "created" }, ...files];
  }
  const completed = completePackageJson(existing, parts);
  if (completed === null) return `${manifest} is not a JSON object. Correct or remove it first.`;
  if (completed.added.length === 0) return files;
  return [{ path: "package.json", action: "completed", ...completed }, ...files];
}

/** The folder's name in the form that npm, Workers and D1 take. */
function projectName(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 50);
  return name === "" ? "notes" : name;
}

/** Whether there is anything at a path, a dangling link included. */
function exists(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function refuse(message: string, json: boolean, terminal: Terminal): number {
  if (json) printJson({ command: "init", ok: false, error: { message } }, terminal);
  terminal.err(`${message}\n`);
  return 1;
}

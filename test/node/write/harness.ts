import fs from "node:fs";
import path from "node:path";
import { hasErrors } from "../../../generator/diagnostics/has-errors.ts";
import { type Change, commit } from "../../../generator/write/commit.ts";
import { openOutput } from "../../../generator/write/folder.ts";
import { readHistory, SNAPSHOT } from "../../../generator/write/history.ts";
import { inspect, refusals } from "../../../generator/write/inspect.ts";
import { fingerprint, MANIFEST, printManifest } from "../../../generator/write/manifest.ts";

const temporary = path.join(import.meta.dirname, "../../.tmp");

/** A fresh folder below the ignored one for temporary files. */
export function temporaryFolder(): string {
  fs.mkdirSync(temporary, { recursive: true });
  return fs.mkdtempSync(path.join(temporary, "write-"));
}

/**
 * Writes an output as `gen` does. A changed `model` stands for a changed schema: it gives the next numbered migration
 * and a new snapshot.
 */
export async function write(
  root: string,
  files: Readonly<Record<string, string>>,
  {
    force = false,
    model,
    name = "change",
    afterMigrations,
  }: { force?: boolean; model?: string; name?: string; afterMigrations?: () => Promise<boolean> } = {},
): Promise<{
  codes: string[];
  messages: string[];
  changes: readonly Change[];
  withdrawn: readonly string[];
}> {
  const { folder, diagnostics } = openOutput(root, "generated", force);
  const history = readHistory(folder, force);
  const all = new Map(Object.entries(files));
  if (model !== undefined) {
    if (folder.read(SNAPSHOT) !== model) {
      const number = String(history.taken.length + 1).padStart(4, "0");
      all.set(`migrations/${number}_${name}.sql`, `-- ${model}\n`);
    }
    all.set(SNAPSHOT, model);
  }
  const prints = new Map(history.files);
  for (const [file, text] of all) prints.set(file, fingerprint(file, text));
  all.set(MANIFEST, printManifest(prints));
  const output = { files: all, history: history.files };
  const findings = inspect(output, folder);
  const found = [...diagnostics, ...history.diagnostics, ...refusals(findings, folder, force)];
  const { changes, withdrawn } = hasErrors(found)
    ? { changes: [], withdrawn: [] }
    : await commit(output, folder, findings, afterMigrations);
  return {
    codes: found.map(({ code }) => code),
    messages: found.map(({ message }) => message),
    changes,
    withdrawn,
  };
}

/** Every file below a folder, hidden ones included: path → text. */
export function contents(root: string): Record<string, string> {
  const files = fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(root, file), fs.readFileSync(file, "utf8")]),
  );
}

// Writes an output and kills itself, without any clean-up, when it is about to rename the n-th file into place or, where
// the migration is refused, to remove the n-th file after that.
import fs from "node:fs";
import { write } from "./harness.ts";

const [root = "", files = "{}", model = "", at = "0", refused = ""] = process.argv.slice(2);
const { renameSync, rmSync } = fs;
let changes = 0;
let withdrawing = false;
const change = () => {
  if (++changes > Number(at)) process.kill(process.pid, "SIGKILL");
};
fs.renameSync = (from, to) => {
  change();
  renameSync(from, to);
};
fs.rmSync = (file, options) => {
  if (withdrawing && fs.existsSync(file)) change();
  rmSync(file, options);
};
const afterMigrations = async () => {
  withdrawing = refused !== "";
  return !withdrawing;
};
const { codes } = await write(root, JSON.parse(files), { model, afterMigrations });
if (codes.length > 0) throw new Error(`Refused: ${codes.join(", ")}`);

// Writes an output and kills itself, without any clean-up, when it is about to rename the n-th file into place.
import fs from "node:fs";
import { write } from "./harness.ts";

const [root = "", files = "{}", model = "", at = "0"] = process.argv.slice(2);
const rename = fs.renameSync;
let renames = 0;
fs.renameSync = (from, to) => {
  if (++renames > Number(at)) process.kill(process.pid, "SIGKILL");
  rename(from, to);
};
const { codes } = await write(root, JSON.parse(files), { model });
if (codes.length > 0) throw new Error(`Refused: ${codes.join(", ")}`);

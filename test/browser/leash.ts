/**
 * `node leash.ts <command> [argument …]`: a command that does not outlive whoever started it, however that one ends.
 *
 * When the standard input ends, the command is asked to end, and killed with all its children if it does not within ten seconds.
 * The line `kill` kills it and its children at once.
 */
import { spawn } from "node:child_process";

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node leash.ts <command> [argument …]");

// In a process group of its own: Ctrl-C in a terminal reaches this process alone, and killing the group spares no child.
const child = spawn(file, args, { detached: true, stdio: ["ignore", "inherit", "inherit"] });

function killAll(): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!gone) throw error;
  }
}

function end(): void {
  child.kill("SIGINT");
  setTimeout(killAll, 10_000).unref();
}

child.once("error", (error) => {
  console.error(`${file} could not be started: ${error.message}`);
  process.exit(1);
});
child.once("exit", (code) => {
  killAll();
  process.exit(code ?? 1);
});
process.stdin.on("data", (chunk) => {
  if (chunk.toString() === "kill\n") killAll();
});
process.stdin.once("end", end);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);

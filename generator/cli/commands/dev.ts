import path from "node:path";
import { watch as watchPaths } from "chokidar";
import { outputFolderOf } from "../../generate.ts";
import { type WatchEvent, watch } from "../../watch/index.ts";
import { apiPage } from "../dev/api-page.ts";
import { startSession } from "../dev/session.ts";
import { findWrangler } from "../dev/wrangler.ts";
import type { Invocation } from "../options.ts";
import { ownPackage } from "../own-package.ts";
import { catchStop } from "../signals.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage.ts";
import { locations, reportFault, runReporter } from "./gen.ts";

/** `covara dev`. Runs until it is stopped, or wrangler ends; returns the exit code. */
export async function dev(invocation: Invocation, terminal: Terminal): Promise<number> {
  const options = locations(invocation, terminal);
  const port = portOf(invocation);
  const projectFolder = path.dirname(options.configPath);
  const wrangler = findWrangler(projectFolder);
  if (wrangler === null) {
    const version = ownPackage().devDependencies.wrangler ?? "latest";
    terminal.err(
      `wrangler is not installed in this project. Install it: npm install -D wrangler@${version}\n`,
    );
    return 1;
  }

  using stop = catchStop();
  const outDir = outputFolderOf(options);
  const say = (text: string) => terminal.err(`${text}\n`);
  await using session = startSession({ wrangler, projectFolder, outDir, port, passed: invocation.rest, say });
  await using page = apiPage({ outDir, port, say });
  const reportRun = runReporter({ command: "dev", options, json: false, terminal });
  const onEvent = (event: WatchEvent) => {
    if (event.type === "fault") return reportFault(event.error, terminal);
    reportRun(event.result);
    session.update(event.result);
    if (event.result.ok)
      page.update().catch((error: Error) => say(`The API page cannot be shown: ${error.message}`));
  };
  // The migration first: code that the database is not ready for would answer with errors meanwhile.
  await using _watcher = watch({ ...options, afterMigrations: session.migrate }, onEvent);
  await using _environment = watchEnvironment(projectFolder, session.restart);

  const reason = await Promise.race([stop.requested, session.ended]);
  if (reason === undefined) return 0;
  terminal.err(`${reason}\n`);
  return 1;
}

/** Wrangler reads `.dev.vars` when it starts, and only then. */
function watchEnvironment(projectFolder: string, onChange: () => void): AsyncDisposable {
  const watcher = watchPaths(path.join(projectFolder, ".dev.vars"), { ignoreInitial: true });
  watcher.on("all", onChange);
  return { [Symbol.asyncDispose]: () => watcher.close() };
}

function portOf({ values }: Invocation): string {
  const text = values.get("port") ?? "8787";
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535) {
    throw new UsageError(`--port takes a number from 1 to 65535, not "${text}".`, "dev");
  }
  return text;
}

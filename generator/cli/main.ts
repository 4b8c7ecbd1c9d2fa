import { helpText } from "./help.ts";
import { type CommandName, type Invocation, parseCommandLine } from "./options.ts";
import { ownPackage } from "./own-package.ts";
import { printJson, processTerminal, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage.ts";

type Command = (invocation: Invocation, terminal: Terminal) => Promise<number>;

/** Each command is loaded when it is called, so that `--help` waits for nothing. */
const loaders: Readonly<Record<CommandName, () => Promise<Command>>> = {
  init: async () => (await import("./commands/init.ts")).init,
  gen: async () => (await import("./commands/gen.ts")).gen,
  explain: async () => (await import("./commands/explain.ts")).explain,
  dev: async () => (await import("./commands/dev.ts")).dev,
};

/**
 * Runs one command line and returns its exit code: 0 done, 1 the config or a check is at fault, 2 wrong usage,
 * 3 a fault in covara.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = processTerminal(
    new Set(argv.filter((each) => each.startsWith("--")).map((each) => each.slice(2))),
  );
  const json = argv.includes("--json");
  try {
    const invocation = parseCommandLine(argv);
    const { command, flags } = invocation;
    if (flags.has("version")) {
      terminal.out(`${ownPackage().version}\n`);
      return 0;
    }
    if (flags.has("help")) {
      terminal.out(helpText(command));
      return 0;
    }
    if (command === null) {
      terminal.err(helpText(null));
      return 2;
    }
    return await (await loaders[command]())(invocation, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      const help = `Run \`covara ${error.command === null ? "" : `${error.command} `}--help\` for the usage.`;
      if (json)
        printJson({ command: error.command ?? "", ok: false, error: { message: error.message } }, terminal);
      terminal.err(`${error.message}\n${help}\n`);
      return 2;
    }
    reportFault(error, json, terminal);
    return 3;
  }
}

function reportFault(error: unknown, json: boolean, terminal: Terminal): void {
  const message = error instanceof Error ? error.message : String(error);
  const stack = terminal.verbose && error instanceof Error ? error.stack : undefined;
  if (json) {
    printJson(
      { command: "", ok: false, error: { message, ...(stack === undefined ? {} : { stack }) } },
      terminal,
    );
  }
  const how = stack === undefined ? "Run it again with --verbose to see where, and please report it." : stack;
  terminal.err(`This is a fault in covara, not in your project: ${message}\n${how}\n`);
}

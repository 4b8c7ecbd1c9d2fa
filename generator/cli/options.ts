import { parseArgs } from "node:util";
import { nearest, UsageError } from "./usage.ts";

/** One option of a command line. */
export interface OptionSpec {
  readonly type: "boolean" | "string";
  /** What help calls the value of a `string` option: `path`. */
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
}

/** One command. */
export interface CommandSpec {
  readonly summary: string;
  /** What follows the command's name in its usage line. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** How many positional arguments it takes at most. */
  readonly positionals: number;
  /** Whether arguments after `--` are passed on. */
  readonly passThrough?: boolean;
}

const common = {
  verbose: { type: "boolean", help: "Show more, such as the stack of a fault in covara." },
  help: { type: "boolean", short: "h", help: "Show this help." },
  version: { type: "boolean", short: "v", help: "Show the version of covara." },
} as const satisfies Record<string, OptionSpec>;

const json = {
  type: "boolean",
  help: "Print one JSON document instead of text.",
} as const satisfies OptionSpec;
const config = {
  type: "string",
  value: "path",
  help: "The config; default: covara.config.ts in this folder.",
} as const satisfies OptionSpec;
const out = {
  type: "string",
  value: "folder",
  help: "The output folder; default: generated, beside the config.",
} as const satisfies OptionSpec;

/** All commands, in the order in which help lists them. */
export const commands = {
  init: {
    summary: "Start a project: a small application that runs, with everything it needs.",
    usage: "[folder]",
    positionals: 1,
    options: { json, ...common },
  },
  gen: {
    summary: "Generate the Worker, its migrations and its client from the config.",
    usage: "[--check | --watch]",
    positionals: 0,
    options: {
      check: {
        type: "boolean",
        help: "Write nothing; exit with 1 and a list if generated files are not up to date.",
      },
      watch: {
        type: "boolean",
        help: "Generate again whenever the config, or what it imports or names, changes.",
      },
      config,
      out,
      name: { type: "string", value: "name", help: "Name of the new migration, after its number." },
      "allow-destructive": {
        type: "boolean",
        help: "Let the migration drop tables and columns, and their data.",
      },
      force: {
        type: "boolean",
        help: "Overwrite generated files that were edited by hand, and accept edited migrations as they are.",
      },
      json,
      ...common,
    },
  },
  explain: {
    summary:
      "Show what enforces access rules, in SQL and of channels in JavaScript, for each kind of caller.",
    usage: "[resource or channel [operation or procedure]]",
    positionals: 2,
    options: { config, json, ...common },
  },
  dev: {
    summary: "Generate on every change, migrate the local database, run `wrangler dev`, and show the API.",
    usage: "[-- arguments for wrangler dev]",
    positionals: 0,
    passThrough: true,
    options: {
      config,
      out,
      port: { type: "string", value: "number", help: "Port on 127.0.0.1; default: 8787." },
      ...common,
    },
  },
} as const satisfies Record<string, CommandSpec>;

/** The options of a command, or those of covara without one. */
export function commandOptions(command: CommandName | null): Readonly<Record<string, OptionSpec>> {
  return command === null ? common : commands[command].options;
}

/** A command's name. */
export type CommandName = keyof typeof commands;

/** What a command line asks for. */
export interface Invocation {
  /** Null for `covara`, `covara --help` and `covara --version`. */
  readonly command: CommandName | null;
  /** Names of the boolean options that were given. */
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
  /** What stood after `--`. */
  readonly rest: readonly string[];
}

/**
 * Reads a command line.
 *
 * @throws {UsageError} for an unknown command or option, a missing value, or too many arguments.
 */
export function parseCommandLine(argv: readonly string[]): Invocation {
  // The command may follow common options, as in `covara --verbose gen`.
  const at = argv.findIndex((argument) => !argument.startsWith("-"));
  const name = argv[at];
  const command = name === undefined || argv.slice(0, at).includes("--") ? null : commandNamed(name);
  const spec: CommandSpec | null = command === null ? null : commands[command];
  const args = command === null ? argv : [...argv.slice(0, at), ...argv.slice(at + 1)];
  return { command, ...parseOptions(args, spec, command) };
}

function parseOptions(args: readonly string[], spec: CommandSpec | null, command: CommandName | null) {
  const options = commandOptions(command);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => [
        name,
        short === undefined ? { type } : { type, short },
      ]),
    ),
    strict: false,
    tokens: true,
  });
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const positionals: string[] = [];
  const end = tokens.find((token) => token.kind === "option-terminator");
  const rest = end === undefined ? [] : args.slice(end.index + 1);
  if (end !== undefined && spec?.passThrough !== true) {
    throw new UsageError("`--` is of use only with `covara dev`.", command);
  }
  for (const token of tokens) {
    if (end !== undefined && token.index >= end.index) break;
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(token.rawName, options, command);
    if (option.type === "boolean") {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`, command);
      flags.add(token.name);
    } else {
      // `--out --force` would otherwise write into a folder called `--force`.
      if (
        token.value === undefined ||
        token.value === "" ||
        (!token.inlineValue && token.value.startsWith("-"))
      ) {
        throw new UsageError(
          `${token.rawName} needs a value: ${token.rawName} <${option.value ?? "value"}>.`,
          command,
        );
      }
      values.set(token.name, token.value);
    }
  }
  const surplus = positionals[spec?.positionals ?? 0];
  if (surplus !== undefined) throw new UsageError(`There is no use for the argument "${surplus}".`, command);
  return { flags, values, positionals, rest };
}

function commandNamed(name: string): CommandName {
  if (Object.hasOwn(commands, name)) return name as CommandName;
  const names = Object.keys(commands);
  const near = nearest(name, names);
  const hint = near === null ? `Commands: ${names.join(", ")}.` : `Did you mean \`covara ${near}\`?`;
  throw new UsageError(`There is no command "${name}". ${hint}`);
}

function unknownOption(
  rawName: string,
  options: Readonly<Record<string, OptionSpec>>,
  command: CommandName | null,
): UsageError {
  const near = nearest(rawName.replace(/^-+/, ""), Object.keys(options));
  const owner = command === null ? "covara" : `covara ${command}`;
  const hint = near === null ? "" : ` Did you mean --${near}?`;
  return new UsageError(`\`${owner}\` has no option ${rawName}.${hint}`, command);
}

import { type CommandName, type CommandSpec, commandOptions, commands, type OptionSpec } from "./options.ts";

/** The help of one command, or of covara as a whole. */
export function helpText(command: CommandName | null): string {
  return command === null ? overview() : commandHelp(command);
}

function overview(): string {
  return [
    "covara: generates a typed Cloudflare Workers backend from covara.config.ts",
    "",
    "Usage: covara <command> [options]",
    "",
    "Commands:",
    ...columns(Object.entries(commands).map(([name, { summary }]) => [name, summary])),
    "",
    "Options:",
    ...optionLines(commandOptions(null)),
    "",
    "`covara <command> --help` says more. Exit codes: 0 done; 1 the config or a check is at fault;",
    "2 wrong usage; 3 a fault in covara itself.",
    "",
  ].join("\n");
}

function commandHelp(command: CommandName): string {
  const spec: CommandSpec = commands[command];
  return [
    spec.summary,
    "",
    `Usage: covara ${command} [options] ${spec.usage}`,
    "",
    "Options:",
    ...optionLines(spec.options),
    "",
  ].join("\n");
}

function optionLines(options: Readonly<Record<string, OptionSpec>>): string[] {
  return columns(
    Object.entries(options).map(([name, { value, short, help }]) => [
      `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` <${value}>`}`,
      help,
    ]),
  );
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Results as data and as tables. */

/** One line of the result. */
export interface Line {
  readonly group: string;
  readonly name: string;
  readonly unit: string;
  /** Covara's value. */
  readonly ours: number;
  /** The hand-written worker's, where the two are compared. */
  readonly theirs?: number;
  /** `ours / theirs`, round by round where they took turns. */
  readonly ratio?: number;
  /** What we aim for: an upper bound of the ratio where there is one, else of our value. */
  readonly aim?: number;
  /** What the numbers cover, where that does not go without saying. */
  readonly note?: string;
}

/** Results of a benchmark with tables of its own. */
export interface Report {
  /** What `--json` prints. */
  readonly data: unknown;
  readonly text: string;
}

const heads = ["", "covara", "by hand", "ratio", "aim", ""];

/** The lines as text, grouped. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    `${line.name} [${line.unit}]`,
    number(line.ours),
    line.theirs === undefined ? "" : number(line.theirs),
    line.ratio === undefined ? "" : line.ratio.toFixed(2),
    line.aim === undefined ? "" : `≤ ${number(line.aim)}`,
    [verdict(line), line.note ?? ""].filter((part) => part !== "").join("  "),
  ]);
  const [head = "", ...printed] = grid(heads, rows);
  const text: string[] = [];
  let group = "";
  printed.forEach((row, index) => {
    const line = lines[index];
    if (line !== undefined && line.group !== group) {
      group = line.group;
      text.push("", group, head);
    }
    text.push(row);
  });
  return `${text.join("\n")}\n`;
}

/** Columns of equal width under their heads. The first and the last are texts, the others numbers. */
export function grid(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): [head: string, ...rows: string[]] {
  const widths = columns.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const print = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 || column === columns.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [print(columns), ...rows.map(print)];
}

function verdict({ aim, ratio, ours }: Line): string {
  if (aim === undefined) return "";
  return (ratio ?? ours) <= aim ? "ok" : "MISSED";
}

/** Three digits that count. */
export function number(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** The results of the key-value stores as text. */
import { median } from "../measure.ts";
import { grid, number } from "../report.ts";
import type { CallResult } from "./calls.ts";
import { type Case, type Kind, kinds } from "./case.ts";
import { groups } from "./cases/index.ts";
import type { CommandResult } from "./commands.ts";

/** How much more a point command or a count may cost at the largest size than at the smallest. */
const flatness = 2;
/** Point commands per second that an object should reach. */
const throughput = 100_000;

/** Kinds that have to stay flat. */
const isFlat = (kind: Kind): boolean => kind === "point" || kind === "count";

/** One table for each structure. */
export function commandTables(results: readonly CommandResult[]): string[] {
  const lines: string[] = [];
  for (const [title, cases] of Object.entries(groups)) {
    const rows = cases
      .map((measured) => results.find((result) => result.measured === measured))
      .filter((result) => result !== undefined);
    if (rows.length === 0) continue;
    const sizes = rows[0]?.sizes.map(({ members }) => members) ?? [];
    const heads = ["", "kind", ...sizes.map(grouped), "factor", "read", "written", ""];
    lines.push(
      "",
      `${title}: µs of CPU per command inside the object; rows at ${grouped(sizes.at(-1) ?? 0)} members`,
    );
    lines.push(...grid(heads, rows.map(commandRow)));
  }
  return lines;
}

function commandRow(result: CommandResult): string[] {
  const { measured, sizes } = result;
  const factor = factorOf(result);
  const rows = sizes.at(-1)?.rows;
  return [
    measured.name,
    measured.kind,
    ...sizes.map(({ cost }) => (cost === null ? "–" : number(cost.cpu))),
    factor === null ? "" : factor.toFixed(2),
    rows === undefined ? "" : number(rows.read),
    rows === undefined ? "" : number(rows.written),
    verdict(measured, factor),
  ];
}

/** The cost at the largest size to that at the smallest. Null where one is unknown or too little to measure. */
export function factorOf({ sizes }: CommandResult): number | null {
  const [smallest, largest] = [sizes[0]?.cost?.cpu, sizes.at(-1)?.cost?.cpu];
  if (sizes.length < 2 || smallest === undefined || largest === undefined) return null;
  // Below that, the clock of CPU time says more about itself.
  return smallest < 1 && largest < 1 ? 1 : largest / smallest;
}

function verdict({ kind }: Case, factor: number | null): string {
  if (!isFlat(kind) || factor === null) return "";
  return factor <= flatness ? "flat" : `MORE THAN ${flatness} TIMES`;
}

/** Calls of a Worker and of Redis. */
export function callTable(calls: readonly CallResult[], redis: string): string[] {
  const heads = ["", "inside", "awaited", "one tick", "pipeline", "multi", "100 / 1", "redis", "redis ×100"];
  const ratioHeads = [
    "",
    "inside : ×100",
    "awaited : redis",
    "one tick : ×100",
    "pipeline : ×100",
    "multi : ×100",
  ];
  const compared = calls.flatMap(({ name, redis: their }) =>
    their === null ? [] : [{ name, ...their.ratios }],
  );
  const medianOf = (pick: (ratios: (typeof compared)[number]) => number | null): string =>
    number(median(compared.map(pick).filter((ratio) => ratio !== null)));
  const cells = (
    name: string,
    of: (pick: (ratios: (typeof compared)[number]) => number | null) => string,
  ) => [
    name,
    of(({ inside }) => inside),
    of((ratios) => ratios["one by one"]),
    of((ratios) => ratios["one tick"]),
    of(({ pipeline }) => pipeline),
    of(({ multi }) => multi),
  ];
  return [
    "",
    "Calls: µs of wall-clock time per command, 1,000 members. A Worker over RPC: awaited one by one; 100 of one tick, in a pipeline, in a multi.",
    `100 / 1: a pipeline of 100 to one awaited command; at most 2 is the aim. ${redis}`,
    ...grid(
      heads,
      calls.map(({ name, inside, modes, pipelineRatio, redis: their }) => [
        name,
        inside === null ? "" : number(inside),
        number(modes["one by one"]),
        number(modes["one tick"]),
        number(modes.pipeline),
        number(modes.multi),
        number(pipelineRatio),
        their === null ? "" : number(their.single),
        their === null ? "" : number(their.pipelined),
      ]),
    ),
    ...(compared.length === 0
      ? []
      : [
          "",
          "Times as long as Redis: awaited against one command of Redis, the others against one of a pipeline of 100",
          ...grid(ratioHeads, [
            ...compared.map((one) => cells(one.name, (pick) => orEmpty(pick(one)))),
            cells("median", medianOf),
          ]),
        ]),
  ];
}

const orEmpty = (value: number | null): string => (value === null ? "" : number(value));

/** Point commands and counts against their aims, at each size. */
export function summary(results: readonly CommandResult[]): string[] {
  const flat = results.filter(({ measured }) => isFlat(measured.kind));
  const missed = flat.filter((result) => (factorOf(result) ?? 0) > flatness);
  const points = flat.filter(({ measured: { kind, name } }) => kind === "point" && !name.includes("(10 "));
  if (points.length === 0) return [];
  const sizes = results[0]?.sizes.map(({ members }) => members) ?? [];
  const rates = sizes.map((members) => {
    const costs = points
      .map(({ sizes: at }) => at.find((one) => one.members === members)?.cost?.cpu)
      .filter((cpu) => cpu !== undefined);
    const fast = costs.filter((cpu) => cpu <= 1_000_000 / throughput).length;
    return `${grouped(members)} members: ${grouped(Math.round(1_000_000 / median(costs)))} a second (median), ${fast} of ${costs.length} commands reach ${grouped(throughput)}`;
  });
  return [
    "",
    "Point commands inside the object, by CPU time",
    ...rates.map((rate) => `  ${rate}`),
    `Flat within a factor of ${flatness}: ${flat.length - missed.length} of ${flat.length} point commands and counts${
      missed.length === 0
        ? "."
        : `; not ${missed.map(({ measured: { store, name } }) => `${store}.${name}`).join(", ")}.`
    }`,
    `Kinds: ${kinds.join(", ")}.`,
    "",
  ];
}

/** With a comma after thousands, which the separator of no locale of the machine changes. */
export const grouped = (value: number): string => value.toLocaleString("en-US");

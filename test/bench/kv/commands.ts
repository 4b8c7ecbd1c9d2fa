/** Measures every command at every size, inside the object. */
import { type Case, identify } from "./case.ts";
import { cases } from "./cases/index.ts";
import type { RowCount } from "./object.ts";
import type { Cost, Objects } from "./server.ts";
import { Shape } from "./shape.ts";

/** One command at one size. */
export interface AtSize {
  readonly members: number;
  /** Microseconds of one command; null where so few follow each other that the call drowns them. */
  readonly cost: Cost | null;
  /** Rows of one command. */
  readonly rows: RowCount;
}

export interface CommandResult {
  readonly measured: Case;
  readonly sizes: readonly AtSize[];
}

/** Rounds that the quickest is taken of: whatever else the machine does only adds. */
const rounds = 5;
/** Commands before the first round, so that V8 has compiled what it will. */
const warmUp = 1_000;
/** Microseconds that one measured call should take. */
const callTime = 6_000;
const mostCommands = 1_000;
/** Microseconds from which a command is measured once: it has been long enough. */
const longCommand = 50_000;
/** Commands whose rows are counted. */
const counted = 200;

/** Fills an object of each size, and measures the chosen commands in it. */
export async function measureCommands(
  objects: Objects,
  sizes: readonly number[],
  chosen: RegExp,
): Promise<readonly CommandResult[]> {
  const results = cases
    .filter((measured) => chosen.test(identify(measured)))
    .map((measured) => ({ measured, sizes: [] as AtSize[] }));
  for (const members of sizes) {
    await fill(objects, members);
    const meter = await Meter.of(objects, members);
    for (const { measured, sizes: done } of results) done.push(await meter.measure(measured));
    process.stderr.write(`  ${members} members\n`);
  }
  return results;
}

export async function fill(objects: Objects, members: number): Promise<void> {
  for (let isFull = false; !isFull; ) {
    isFull = (await objects.ask(members, { do: "seed" })).isFull ?? true;
  }
}

class Meter {
  readonly #objects: Objects;
  readonly #members: number;
  readonly #shape: Shape;
  /** What a call costs that runs nothing. */
  #empty: Cost = { cpu: 0, wall: 0 };
  /** The number of the next command: later ones take other members. */
  #next = 0;

  private constructor(objects: Objects, members: number) {
    this.#objects = objects;
    this.#members = members;
    this.#shape = new Shape(members);
  }

  static async of(objects: Objects, members: number): Promise<Meter> {
    const meter = new Meter(objects, members);
    const calls: Cost[] = [];
    for (let call = 0; call < 60; call++) {
      calls.push(await objects.measure({ object: `${members}`, ask: { do: "run" } }));
    }
    meter.#empty = least(calls.slice(20));
    return meter;
  }

  async measure(measured: Case): Promise<AtSize> {
    const result = await this.#measure(measured);
    await this.#objects.ask(this.#members, { do: "undo" });
    return result;
  }

  async #measure(measured: Case): Promise<AtSize> {
    const limit = this.#limit(measured);
    const first = await this.#run(measured, 1);
    // The first run of anything takes longer; a command that takes as long as this does so anyway.
    // Others may be long once, as a count that builds what it counts with, and have to be measured after that.
    const isLong = measured.kind === "whole" && first.cost.cpu > longCommand;
    const rows = await this.#count(measured, times(first.cost.cpu, limit, counted), isLong);
    if (isLong) return { members: this.#members, cost: first.cost, rows };
    if (limit < 10) return { members: this.#members, cost: null, rows };
    const second = await this.#run(measured, times(first.cost.cpu, limit, warmUp));
    const warm = await this.#run(measured, times(second.cost.cpu, limit, warmUp));
    const count = times(warm.cost.cpu, limit, mostCommands);
    const costs: Cost[] = [];
    for (let round = 0; round < rounds; round++) costs.push((await this.#run(measured, count)).cost);
    return { members: this.#members, cost: least(costs), rows };
  }

  /**
   * Rows of one command on average. The same commands have run before, so that the object remembers their keys; unless
   * they take so long that a row more or less is nothing.
   */
  async #count(measured: Case, times: number, isLong: boolean): Promise<RowCount> {
    await this.#objects.ask(this.#members, { do: "count", on: true });
    const from = this.#next;
    if (!isLong) await this.#run(measured, times);
    this.#next = from;
    const { rows } = await this.#run(measured, times);
    await this.#objects.ask(this.#members, { do: "count", on: false });
    if (rows === undefined) throw new Error(`The rows of ${identify(measured)} were not counted.`);
    return { read: rows.read / times, written: rows.written / times };
  }

  async #run(
    measured: Case,
    times: number,
  ): Promise<{ readonly cost: Cost; readonly rows: RowCount | undefined }> {
    const members = this.#members;
    await this.#objects.ask(members, { do: "prepare", id: identify(measured), from: this.#next, times });
    const { cpu, wall, answer } = await this.#objects.measure({ object: `${members}`, ask: { do: "run" } });
    this.#next += times;
    const cost = {
      cpu: Math.max(cpu - this.#empty.cpu, 0) / times,
      wall: Math.max(wall - this.#empty.wall, 0) / times,
    };
    return { cost, rows: answer.rows };
  }

  #limit({ limit, undo }: Case): number {
    const { members, copies } = this.#shape;
    if (limit !== undefined) return Math.floor(limit(this.#shape));
    return undo === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((members * copies) / 2));
  }
}

/** How many commands one call runs: `most`, unless it would take too long, and as many as there may be. */
const times = (cpu: number, limit: number, most: number): number =>
  Math.max(1, Math.min(limit, most, Math.ceil(callTime / Math.max(cpu, 1))));

const least = (costs: readonly Cost[]): Cost => ({
  cpu: Math.min(...costs.map(({ cpu }) => cpu)),
  wall: Math.min(...costs.map(({ wall }) => wall)),
});

/** Sorted sets, as they run inside the object: what puts several of them together. */
import { checkFlag, checkKey, checkKeys, checkOptions, kindOf } from "../checks.ts";
import { KVError } from "../errors.ts";
import type { KeyRow } from "../store-keys.ts";
import { inOrder } from "./members.ts";
import type { Entry, EntryRow } from "./order.ts";
import { checkScore } from "./ranges.ts";
import { Ranked } from "./ranked.ts";
import * as statements from "./table.ts";

/** A set that exists, and what its scores are multiplied with. */
interface Operand {
  readonly row: KeyRow;
  readonly weight: number;
}

type Aggregate = keyof typeof aggregates;

export class SortedSets extends Ranked {
  zunion(keys: unknown, options: unknown): string[] | Entry[] {
    const { withScores, operands, combine } = this.#checked(keys, options, true);
    return reply(this.#union(inSize(operands()), combine), withScores);
  }

  zinter(keys: unknown, options: unknown): string[] | Entry[] {
    const { withScores, operands, combine } = this.#checked(keys, options, true);
    return reply(this.#intersection(operands(), combine), withScores);
  }

  zdiff(keys: unknown, options: unknown): string[] | Entry[] {
    const names = checkKeys(keys);
    const withScores = checkFlag(checkOptions(options, ["withScores"]).withScores, "withScores");
    const [first, ...others] = names.map((name) => this.store.open(name));
    if (first === undefined || first === null) return [];
    const rows = this.store.sql.all<EntryRow>(statements.difference, first.id, idsOf(others));
    return withScores ? rows.map(entryOf) : rows.map(memberOf);
  }

  zunionstore(destination: unknown, keys: unknown, options: unknown): number {
    const { operands, aggregate } = this.#checked(keys, options, false);
    const target = checkKey(destination);
    const sets = inSize(operands());
    return this.replaceWith(target, (id) => {
      for (const set of sets) {
        if (set === null) continue;
        this.store.sql.run(statements.storeUnion[aggregate], id, set.row.id, set.weight);
      }
      return this.countOf(id);
    });
  }

  zinterstore(destination: unknown, keys: unknown, options: unknown): number {
    const { operands, combine } = this.#checked(keys, options, false);
    const target = checkKey(destination);
    const scores = this.#intersection(operands(), combine);
    return this.replaceWith(target, (id) => {
      this.putAll(id, [...scores]);
      return scores.size;
    });
  }

  zdiffstore(destination: unknown, keys: unknown): number {
    const names = checkKeys(keys);
    const target = checkKey(destination);
    const [first, ...others] = names.map((name) => this.store.open(name));
    return this.replaceWith(target, (id) => {
      if (first === undefined || first === null) return 0;
      this.store.sql.run(statements.storeDifference, first.id, idsOf(others), id);
      return this.countOf(id);
    });
  }

  #checked(keys: unknown, options: unknown, replies: boolean) {
    const names = checkKeys(keys);
    const known = ["weights", "aggregate", "withScores"] as const;
    const checked = checkOptions(options, replies ? known : known.slice(0, 2));
    const weights = checkWeights(checked.weights, names.length);
    const aggregate = checkAggregate(checked.aggregate);
    return {
      withScores: checkFlag(checked.withScores, "withScores"),
      aggregate,
      combine: aggregates[aggregate],
      operands: (): (Operand | null)[] =>
        names.map((name, index) => {
          const row = this.store.open(name);
          return row === null ? null : { row, weight: weights?.[index] ?? 1 };
        }),
    };
  }

  #union(sets: readonly (Operand | null)[], combine: Combine): Map<string, number> {
    const scores = new Map<string, number>();
    for (const set of sets) {
      if (set === null) continue;
      for (const { member, score } of this.store.sql.all<EntryRow>(statements.all, set.row.id)) {
        const before = scores.get(member);
        const weighted = weigh(score, set.weight);
        scores.set(member, before === undefined ? weighted : combine(before, weighted));
      }
    }
    return scores;
  }

  #intersection(operands: readonly (Operand | null)[], combine: Combine): Map<string, number> {
    const sets = inSize(operands).filter((set) => set !== null);
    const [smallest] = sets;
    if (smallest === undefined || sets.length < operands.length) return new Map();
    const rows = this.store.sql.all<EntryRow & { position: number }>(
      statements.inEach,
      smallest.row.id,
      idsOf(sets.map(({ row }) => row)),
    );
    const found = new Map<string, number[]>();
    for (const { member, score, position } of rows) {
      const scores = found.get(member) ?? [];
      scores[position] = weigh(score, sets[position]?.weight ?? 1);
      found.set(member, scores);
    }
    const result = new Map<string, number>();
    for (const [member, scores] of found) {
      if (Object.keys(scores).length === sets.length) result.set(member, scores.reduce(combine));
    }
    return result;
  }
}

type Combine = (before: number, score: number) => number;

/** Where there is no number (`Infinity - Infinity`, `0 * Infinity`), Redis takes 0. */
const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value + 0);

const weigh = (score: number, weight: number): number => orZero(score * weight);

const aggregates = {
  sum: (before: number, score: number): number => orZero(before + score),
  min: (before: number, score: number): number => Math.min(before, score),
  max: (before: number, score: number): number => Math.max(before, score),
};

/** Redis adds scores up from the smallest set to the largest; in another order, sums of doubles can differ. */
const inSize = (sets: readonly (Operand | null)[]): (Operand | null)[] =>
  [...sets].sort((a, b) => (a?.row.count ?? 0) - (b?.row.count ?? 0));

function checkWeights(weights: unknown, keys: number): readonly number[] | null {
  if (weights === undefined) return null;
  if (!Array.isArray(weights) || weights.length !== keys) {
    throw new KVError(
      "INVALID_ARGUMENT",
      `The option weights must be an array of ${keys}, one for each key.`,
    );
  }
  return weights.map((weight) => checkScore(weight, "A weight"));
}

function checkAggregate(aggregate: unknown): Aggregate {
  if (aggregate === undefined) return "sum";
  if (aggregate === "sum" || aggregate === "min" || aggregate === "max") return aggregate;
  const given = typeof aggregate === "string" ? JSON.stringify(aggregate) : kindOf(aggregate);
  throw new KVError("INVALID_ARGUMENT", `The option aggregate must be "sum", "min" or "max", not ${given}.`);
}

function reply(scores: ReadonlyMap<string, number>, withScores: boolean): string[] | Entry[] {
  const rows = Array.from(scores, ([member, score]) => ({ member, score })).sort(inOrder);
  return withScores ? rows.map(entryOf) : rows.map(memberOf);
}

const entryOf = ({ member, score }: EntryRow): Entry => [member, score];
const memberOf = ({ member }: EntryRow): string => member;

const idsOf = (rows: readonly (KeyRow | null)[]): string =>
  JSON.stringify(rows.flatMap((row) => (row === null ? [] : [row.id])));

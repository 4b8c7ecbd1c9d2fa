/** What `zadd` does to scores, without the storing. */
import { checkFlag, checkList, checkMember, checkOptions } from "../checks.ts";
import { KVError } from "../errors.ts";
import type { Change } from "./blocks.ts";
import type { Entry } from "./order.ts";
import { checkScore } from "./ranges.ts";

export interface Rules {
  readonly nx: boolean;
  readonly xx: boolean;
  readonly gt: boolean;
  readonly lt: boolean;
  readonly ch: boolean;
  readonly incr: boolean;
}

/** @throws KVError `INVALID_ARGUMENT` */
export function zaddOptions(options: unknown): Rules {
  const checked = checkOptions(options, ["nx", "xx", "gt", "lt", "ch", "incr"]);
  const rules = {
    nx: checkFlag(checked.nx, "nx"),
    xx: checkFlag(checked.xx, "xx"),
    gt: checkFlag(checked.gt, "gt"),
    lt: checkFlag(checked.lt, "lt"),
    ch: checkFlag(checked.ch, "ch"),
    incr: checkFlag(checked.incr, "incr"),
  };
  if (rules.nx && (rules.xx || rules.gt || rules.lt)) {
    throw new KVError("INVALID_ARGUMENT", "The option nx cannot be combined with xx, gt or lt.");
  }
  if (rules.gt && rules.lt) {
    throw new KVError("INVALID_ARGUMENT", "The options gt and lt cannot be combined.");
  }
  return rules;
}

/** @throws KVError `INVALID_ARGUMENT`, `INVALID_TEXT`, `VALUE_TOO_LARGE` */
export function checkEntries(entries: unknown, { incr }: Rules): Entry[] {
  const list = checkList(entries, "member with its score");
  if (incr && list.length > 1) {
    throw new KVError("INVALID_ARGUMENT", "With the option incr, only one member can be given.");
  }
  return list.map((entry) => {
    if (Array.isArray(entry)) return [checkMember(entry[0]), checkScore(entry[1], "A score")];
    throw new KVError("INVALID_ARGUMENT", "Each entry must be a pair of member and score.");
  });
}

export interface Resolved {
  readonly added: number;
  readonly changed: number;
  /** The last score that was set; null for none. */
  readonly sum: number | null;
  /** The members whose scores are not what they were, each once. */
  readonly changes: readonly Change[];
  /** Whether any member was not left alone, be it that its score stays the same. */
  readonly touched: boolean;
}

/**
 * Adds entries, one after the other, to members with the scores `known`.
 *
 * @throws KVError `NOT_A_FLOAT`
 */
export function resolve(
  entries: readonly Entry[],
  { nx, xx, gt, lt, incr }: Rules,
  known: ReadonlyMap<string, number>,
): Resolved {
  const scores = new Map<string, number>();
  let [added, changed] = [0, 0];
  let sum: number | null = null;
  for (const [member, given] of entries) {
    const before = scores.get(member) ?? known.get(member) ?? null;
    if (before === null ? xx : nx) continue;
    const now = incr ? add(before ?? 0, given) : given;
    if (before !== null && ((gt && now <= before) || (lt && now >= before))) continue;
    if (before === null) added++;
    else if (now !== before) changed++;
    scores.set(member, now);
    sum = now;
  }
  const changes = [...scores]
    .map(([member, now]) => ({ member, before: known.get(member) ?? null, now }))
    .filter(({ before, now }) => before !== now);
  return { added, changed, sum, changes, touched: scores.size > 0 };
}

function add(score: number, amount: number): number {
  const sum = score + amount;
  if (!Number.isNaN(sum)) return sum + 0;
  throw new KVError("NOT_A_FLOAT", "The score would be Infinity - Infinity, which is not a number.");
}

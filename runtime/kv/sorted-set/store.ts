/** Sorted sets, on the caller's side. */
import { type Codec, text } from "../codec.ts";
import type { Definition, StoreOptions } from "../definition.ts";
import { KVError } from "../errors.ts";
import { count, KeyStore, type ScanOptions } from "../facade.ts";
import type { PageReply, Reply, ReplyMode, Sender } from "../replies.ts";
import type { StoreKeys } from "../store-keys.ts";
import type {
  CombineOptions,
  LexBound,
  Limit,
  Ranked,
  ScoreBound,
  Scored,
  SortedSetCommands,
  ZaddConditions,
  ZaddOptions,
} from "./commands.ts";
import type { Entry } from "./order.ts";
import { SortedSets } from "./structure.ts";
import { sortedSets } from "./table.ts";

interface RangeOptions {
  readonly byScore?: boolean;
  readonly byLex?: boolean;
  readonly rev?: boolean;
  readonly limit?: Limit | undefined;
}

type Bound = number | string;

type PopReply<M, R extends ReplyMode> = Reply<Scored<M> | null, R> | Reply<Scored<M>[], R>;

type RankReply<R extends ReplyMode> = Reply<number | null, R> | Reply<Ranked | null, R>;

interface Members {
  readonly withScores?: false;
}

interface WithScores {
  readonly withScores: true;
}

/** Replies members, or members with scores. */
type Listed<M, R extends ReplyMode> = Reply<M[], R> | Reply<Scored<M>[], R>;

class SortedSetStore<M, R extends ReplyMode> extends KeyStore<R> implements SortedSetCommands<M, R> {
  static override readonly variadic: readonly string[] = ["zrem", "zmscore"];
  readonly #codec: Codec<M>;

  constructor(sender: Sender<R>, codec: Codec<M>) {
    super(sender);
    this.#codec = codec;
  }

  zadd(key: string, entries: Scored<M> | readonly Scored<M>[], options?: ZaddOptions): Reply<number, R>;
  zadd(
    key: string,
    entry: Scored<M>,
    options: ZaddConditions & { readonly incr: true },
  ): Reply<number | null, R>;
  zadd(
    key: string,
    entries: Scored<M> | readonly Scored<M>[],
    options?: ZaddConditions & { readonly ch?: boolean; readonly incr?: boolean },
  ): Reply<number, R> | Reply<number | null, R> {
    const args = () => [key, this.#entries(entries), options];
    return options?.incr === true
      ? this.sender.send("zadd", [key], args, (raw: number | null) => raw)
      : this.sender.send("zadd", [key], args, count);
  }

  zrem(key: string, ...members: M[]): Reply<number, R> {
    return this.sender.send("zrem", [key], () => [key, members.map(this.#encode)], count);
  }

  zscore(key: string, member: M): Reply<number | null, R> {
    return this.sender.send(
      "zscore",
      [key],
      () => [key, this.#encode(member)],
      (raw: number | null) => raw,
    );
  }

  zmscore(key: string, ...members: M[]): Reply<(number | null)[], R> {
    const args = () => [key, members.map(this.#encode)];
    return this.sender.send("zmscore", [key], args, (raw: (number | null)[]) => raw);
  }

  zincrby(key: string, amount: number, member: M): Reply<number, R> {
    return this.sender.send("zincrby", [key], () => [key, amount, this.#encode(member)], count);
  }

  zcard(key: string): Reply<number, R> {
    return this.sender.send("zcard", [key], () => [key], count);
  }

  zcount(key: string, min: ScoreBound, max: ScoreBound): Reply<number, R> {
    return this.sender.send("zcount", [key], () => [key, min, max], count);
  }

  zlexcount(key: string, min: LexBound, max: LexBound): Reply<number, R> {
    return this.sender.send("zlexcount", [key], () => [key, min, max], count);
  }

  zrank(key: string, member: M, options?: { withScore?: false }): Reply<number | null, R>;
  zrank(key: string, member: M, options: { withScore: true }): Reply<Ranked | null, R>;
  zrank(key: string, member: M, options?: { withScore?: boolean }): RankReply<R> {
    return this.#rank("zrank", key, member, options);
  }

  zrevrank(key: string, member: M, options?: { withScore?: false }): Reply<number | null, R>;
  zrevrank(key: string, member: M, options: { withScore: true }): Reply<Ranked | null, R>;
  zrevrank(key: string, member: M, options?: { withScore?: boolean }): RankReply<R> {
    return this.#rank("zrevrank", key, member, options);
  }

  zrange(key: string, start: Bound, stop: Bound, options?: RangeOptions & Members): Reply<M[], R>;
  zrange(key: string, start: Bound, stop: Bound, options: RangeOptions & WithScores): Reply<Scored<M>[], R>;
  zrange(
    key: string,
    start: Bound,
    stop: Bound,
    options?: RangeOptions & (Members | WithScores),
  ): Listed<M, R> {
    return this.#listed("zrange", [key], () => [key, start, stop, options], options);
  }

  zrangestore(
    destination: string,
    source: string,
    start: Bound,
    stop: Bound,
    options?: RangeOptions,
  ): Reply<number, R> {
    const args = () => [destination, source, start, stop, options];
    return this.sender.send("zrangestore", [destination, source], args, count);
  }

  zrandmember(key: string): Reply<M | null, R>;
  zrandmember(key: string, amount: number, options?: Members): Reply<M[], R>;
  zrandmember(key: string, amount: number, options: WithScores): Reply<Scored<M>[], R>;
  zrandmember(
    key: string,
    amount?: number,
    options?: Members | WithScores,
  ): Reply<M | null, R> | Listed<M, R> {
    if (amount !== undefined && amount !== null)
      return this.#listed("zrandmember", [key], () => [key, amount, options], options);
    const decode = (raw: string | null) => (raw === null ? null : this.#codec.decode(raw));
    return this.sender.send("zrandmember", [key], () => [key, amount, options], decode);
  }

  zpopmin(key: string): Reply<Scored<M> | null, R>;
  zpopmin(key: string, amount: number): Reply<Scored<M>[], R>;
  zpopmin(key: string, amount?: number): PopReply<M, R> {
    return this.#pop("zpopmin", key, amount);
  }

  zpopmax(key: string): Reply<Scored<M> | null, R>;
  zpopmax(key: string, amount: number): Reply<Scored<M>[], R>;
  zpopmax(key: string, amount?: number): PopReply<M, R> {
    return this.#pop("zpopmax", key, amount);
  }

  zremrangebyrank(key: string, start: number, stop: number): Reply<number, R> {
    return this.sender.send("zremrangebyrank", [key], () => [key, start, stop], count);
  }

  zremrangebyscore(key: string, min: ScoreBound, max: ScoreBound): Reply<number, R> {
    return this.sender.send("zremrangebyscore", [key], () => [key, min, max], count);
  }

  zremrangebylex(key: string, min: LexBound, max: LexBound): Reply<number, R> {
    return this.sender.send("zremrangebylex", [key], () => [key, min, max], count);
  }

  zunion(keys: readonly string[], options?: CombineOptions & Members): Reply<M[], R>;
  zunion(keys: readonly string[], options: CombineOptions & WithScores): Reply<Scored<M>[], R>;
  zunion(keys: readonly string[], options?: CombineOptions & (Members | WithScores)): Listed<M, R> {
    return this.#listed("zunion", named(keys), () => [keys, options], options);
  }

  zinter(keys: readonly string[], options?: CombineOptions & Members): Reply<M[], R>;
  zinter(keys: readonly string[], options: CombineOptions & WithScores): Reply<Scored<M>[], R>;
  zinter(keys: readonly string[], options?: CombineOptions & (Members | WithScores)): Listed<M, R> {
    return this.#listed("zinter", named(keys), () => [keys, options], options);
  }

  zdiff(keys: readonly string[], options?: Members): Reply<M[], R>;
  zdiff(keys: readonly string[], options: WithScores): Reply<Scored<M>[], R>;
  zdiff(keys: readonly string[], options?: Members | WithScores): Listed<M, R> {
    return this.#listed("zdiff", named(keys), () => [keys, options], options);
  }

  zunionstore(destination: string, keys: readonly string[], options?: CombineOptions): Reply<number, R> {
    const args = () => [destination, keys, options];
    return this.sender.send("zunionstore", [destination, ...named(keys)], args, count);
  }

  zinterstore(destination: string, keys: readonly string[], options?: CombineOptions): Reply<number, R> {
    const args = () => [destination, keys, options];
    return this.sender.send("zinterstore", [destination, ...named(keys)], args, count);
  }

  zdiffstore(destination: string, keys: readonly string[]): Reply<number, R> {
    const args = () => [destination, keys];
    return this.sender.send("zdiffstore", [destination, ...named(keys)], args, count);
  }

  zscan(key: string, cursor?: string, options?: ScanOptions): PageReply<Scored<M>, R> {
    return this.sender.page("zscan", key, cursor ?? "0", options, this.#scored);
  }

  #entries(entries: Scored<M> | readonly Scored<M>[]): unknown[] {
    const list: readonly Scored<M>[] = Array.isArray(entries) ? entries : [entries];
    return list.map((entry: unknown) => {
      if (typeof entry !== "object" || entry === null) {
        throw new KVError("INVALID_ARGUMENT", "An entry must be an object with a member and a score.");
      }
      const { member, score } = entry as Scored<M>;
      return [this.#encode(member), score];
    });
  }

  #rank(command: string, key: string, member: M, options: { withScore?: boolean } | undefined): RankReply<R> {
    const args = () => [key, this.#encode(member), options];
    return options?.withScore === true
      ? this.sender.send(command, [key], args, (raw: [number, number] | null): Ranked | null =>
          raw === null ? null : { rank: raw[0], score: raw[1] },
        )
      : this.sender.send(command, [key], args, (raw: number | null) => raw);
  }

  #listed(
    command: string,
    keys: readonly string[],
    args: () => readonly unknown[],
    options: Members | WithScores | undefined,
  ): Listed<M, R> {
    return options?.withScores === true
      ? this.sender.send(command, keys, args, (raw: Entry[]) => raw.map(this.#scored))
      : this.sender.send(command, keys, args, (raw: string[]) =>
          raw.map((member) => this.#codec.decode(member)),
        );
  }

  #pop(command: string, key: string, amount: number | undefined): PopReply<M, R> {
    return amount === undefined || amount === null
      ? this.sender.send(
          command,
          [key],
          () => [key],
          (raw: Entry | null) => (raw === null ? null : this.#scored(raw)),
        )
      : this.sender.send(
          command,
          [key],
          () => [key, amount],
          (raw: Entry[]) => raw.map(this.#scored),
        );
  }

  readonly #encode = (member: M): string => this.#codec.encode(member);

  readonly #scored = ([member, score]: Entry): Scored<M> => ({ member: this.#codec.decode(member), score });
}

/** The keys that say where a command goes. What is no list of keys is refused there. */
const named = (keys: unknown): readonly string[] => (Array.isArray(keys) ? keys : []);

type Of<M> = Definition<
  SortedSetCommands<M, "promise">,
  SortedSetCommands<M, "queued">,
  SortedSetCommands<M, "value">
>;

/** Declares a store of sorted sets. Without a codec, members are text. */
export function sortedSet(options: StoreOptions): Of<string>;
export function sortedSet<M>(options: StoreOptions & { readonly member: Codec<M> }): Of<M>;
export function sortedSet<M>(options: StoreOptions & { readonly member?: Codec<M> }): Of<string> | Of<M> {
  const { member } = options;
  const store = { structure: sortedSets, options, open: (keys: StoreKeys) => new SortedSets(keys) };
  return member === undefined
    ? { ...store, bind: <R extends ReplyMode>(sender: Sender<R>) => new SortedSetStore(sender, text()) }
    : {
        ...store,
        taking: { commands: taking, read: member.decode },
        bind: <R extends ReplyMode>(sender: Sender<R>) => new SortedSetStore(sender, member),
      };
}

/** Commands that give out a value and delete or replace it. */
const taking = ["zpopmin", "zpopmax"];

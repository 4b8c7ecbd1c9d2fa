/** Runs inside the Durable Object: what it reads and writes is one transaction. */
import type { KVTransaction } from "../generated/kv.js";

/** What a new score led to. */
export interface Submission {
  /** The player's best score. */
  readonly best: number;
  /** The place that it gives, from 1. */
  readonly place: number;
}

/** Keeps a player's best score, and notes the player among the recent ones. */
export function submit(tx: KVTransaction, board: string, player: string, score: number): Submission {
  tx.leaderboard.zadd(board, { score, member: player }, { gt: true });
  tx.recent.lpush(board, player);
  return {
    best: tx.leaderboard.zscore(board, player) ?? score,
    place: (tx.leaderboard.zrevrank(board, player) ?? 0) + 1,
  };
}

import { d1, defineConfig, kv } from "covara";

export default defineConfig({
  name: "kv-functions",
  database: d1(),
  kv: {
    leaderboard: kv.sortedSet({ functions: "./leaderboard.kv.ts" }),
    scores: kv.sortedSet({ shards: 4, functions: "./scores.kv.ts" }),
    games: kv.hash({ shardBy: "tag", functions: "./scores.kv.ts" }),
  },
});

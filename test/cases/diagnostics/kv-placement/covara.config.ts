import { d1, defineConfig, kv } from "covara";

export default defineConfig({
  name: "kv-placement",
  database: d1(),
  kv: {
    none: kv.counter({ shards: 0 }),
    half: kv.counter({ shards: 2.5 }),
    many: kv.counter({ shards: 1025 }),
    both: kv.counter({ shards: 4, shardBy: "tag" }),
    word: kv.counter({ shardBy: "key" as "tag" }),
    same: kv.counter({ shards: 4, reshardFrom: 4 }),
    still: kv.counter({ reshardFrom: 1 }),
    tags: kv.counter({ shardBy: "tag", reshardFrom: 4 }),
    visits: kv.counter(),
    likes: kv.counter({ prefix: "visits" }),
    scores: kv.sortedSet({ name: "games", shards: 4 }),
    players: kv.set({ name: "games", shards: 8 }),
    rounds: kv.list({ name: "games" }),
  },
});

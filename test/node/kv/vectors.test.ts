import fs from "node:fs";
import path from "node:path";
import { describe, test } from "vitest";
import { openKV } from "../../../runtime/kv/node.ts";
import { startTime } from "../../kv/step.ts";
import { stores } from "../../kv/stores.ts";
import { engineSubject } from "../../kv/subject.ts";
import { parseVectors, replay } from "../../kv/vectors.ts";

const folder = path.join(import.meta.dirname, "vectors");

describe("contract 6: the engine replies what Redis replied", () => {
  for (const file of fs.readdirSync(folder)) {
    const { redis, structure, sequences } = parseVectors(fs.readFileSync(path.join(folder, file), "utf8"));
    test(`${structure}: ${sequences.length} sequences recorded from Redis ${redis}`, async () => {
      for (const sequence of sequences) {
        let now = startTime;
        using database = openKV(stores, { now: () => now });
        const subject = engineSubject(database.kv, (time) => {
          now = time;
        });
        await replay(sequence, subject);
      }
    });
  }
});

import { describe, test } from "vitest";
import { openKV } from "../../../runtime/kv/node.ts";
import { runCase, suites } from "../../kv/conformance/index.ts";
import { startTime } from "../../kv/step.ts";
import { stores } from "../../kv/stores.ts";
import { engineSubject } from "../../kv/subject.ts";

for (const { structure, same, ours } of suites) {
  describe(structure, () => {
    for (const [name, lines] of Object.entries({ ...same, ...ours })) {
      test(`contract ${name}`, async () => {
        let now = startTime;
        using database = openKV(stores, { now: () => now });
        const subject = engineSubject(database.kv, (time) => {
          now = time;
        });
        await runCase(structure, lines, subject);
      });
    }
  });
}

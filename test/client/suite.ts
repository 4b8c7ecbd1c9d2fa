/** What the generated client does, wherever it runs: the same cases in Node, in workerd and in a page. */
import { batches } from "./cases/batches.ts";
import { channels } from "./cases/channels.ts";
import { conditions } from "./cases/conditions.ts";
import { failures } from "./cases/failures.ts";
import { lists } from "./cases/lists.ts";
import { reading } from "./cases/reading.ts";
import { repetitions } from "./cases/repetitions.ts";
import { subscriptions } from "./cases/subscriptions.ts";
import { summaries } from "./cases/summaries.ts";
import { writing } from "./cases/writing.ts";
import type { Cases } from "./world.ts";

/** All cases by group and name. */
export const suite: Readonly<Record<string, Cases>> = {
  "contract 7: reading": reading,
  "contract 7: conditions": conditions,
  "contract 7: counts, aggregates and searches": summaries,
  "contract 7: writing": writing,
  "contract 7: batches": batches,
  "contract 2.1: what calls fail with": failures,
  "contract 3.7: repetitions": repetitions,
  "contract 5: subscriptions": subscriptions,
  "contract 7: live lists": lists,
  "contract 5: channels": channels,
};

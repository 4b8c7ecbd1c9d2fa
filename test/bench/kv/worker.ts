/** Runs inside workerd: passes on what the object is asked, and calls it as the code of an application does. */
import { accessor } from "../../../runtime/kv/index.ts";
import type { Queued } from "../../../runtime/kv/replies.ts";
import { type Common, commonMembers, commons, together } from "./common.ts";
import type { Ask, BenchObject } from "./object.ts";
import { stores } from "./stores.ts";

export { BenchObject } from "./object.ts";

/** How a Worker calls an object. */
export type Mode = "one by one" | "one tick" | "pipeline" | "multi";

export type Message =
  | { readonly object: string; readonly ask: Ask }
  | { readonly command: string; readonly mode: Mode; readonly from: number; readonly rounds: number };

interface Env {
  readonly OBJECTS: DurableObjectNamespace<BenchObject>;
}

const connect = accessor(stores);

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const message = (await request.json()) as Message;
    try {
      if ("ask" in message) {
        return Response.json(await env.OBJECTS.getByName(message.object).ask(message.ask));
      }
      const { command, mode, from, rounds } = message;
      const common = commons[command];
      if (common === undefined) throw new Error(`There is no command ${command}.`);
      for (let round = 0; round < rounds; round++) await call(env, common, mode, from + round * together);
      return Response.json({});
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  },
};

/** One command, or {@link together}. */
async function call({ OBJECTS }: Env, { ours }: Common, mode: Mode, from: number): Promise<void> {
  // All stores name the same object, which is called `main` there; here it is the one with the data.
  const kv = connect({ getByName: () => OBJECTS.getByName(`${commonMembers}`) as never });
  const numbers = Array.from({ length: together }, (_, index) => from + index);
  switch (mode) {
    case "one by one":
      await ours<"promise">(kv, from);
      return;
    case "one tick":
      await Promise.all(numbers.map((i) => ours<"promise">(kv, i)));
      return;
    case "pipeline": {
      const outcomes = await kv.pipeline((queues) => numbers.map((i): Queued<unknown> => ours(queues, i)));
      const failed = outcomes.find(({ ok }) => !ok);
      if (failed?.ok === false) throw failed.error;
      return;
    }
    case "multi":
      await kv.multi((queues) => numbers.map((i): Queued<unknown> => ours(queues, i)));
  }
}

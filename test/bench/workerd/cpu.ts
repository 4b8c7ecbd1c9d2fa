/** CPU time per request inside workerd, of the whole process. */
import type { Contenders } from "../contenders.ts";
import { aims, recordAnswers } from "../cpu.ts";
import { importWorker } from "../equivalence.ts";
import { alternate, median, pairedRatio } from "../measure.ts";
import type { Line } from "../report.ts";
import { measured, weight } from "../requests.ts";
import { buildParts, type Server, startWorkerd, writeConfig } from "./process.ts";

const perRound = 150;
const warmUp = 2000;

const databases = {
  stub: { label: "database stubbed", rounds: 31, aims },
  // D1's own client costs several times what a Worker does, and the same for everybody: no aim, but what users see.
  d1: { label: "with D1's client, answers recorded", rounds: 11, aims: {} as typeof aims },
};

export async function benchCpuInWorkerd(contenders: Contenders): Promise<Line[]> {
  await buildParts();
  const start = async (contender: Contenders["generated"]): Promise<Server> => {
    const recording = await recordAnswers(await importWorker(contender), contenders.migrations);
    return startWorkerd(writeConfig(contender, recording, "driver"));
  };
  await using ours = await start(contenders.generated);
  await using theirs = await start(contenders.handwritten);
  const lines: Line[] = [];
  for (const [database, { label, rounds, aims: bounds }] of Object.entries(databases)) {
    for (const name of Object.keys(measured)) {
      const send = async (server: Server, times: number): Promise<void> => {
        const url = `${server.url}/${encodeURIComponent(name)}?database=${database}&times=${times}`;
        const response = await fetch(url);
        const text = await response.text();
        if (response.status !== 200) throw new Error(`${name} in workerd: ${response.status} ${text}`);
      };
      await Promise.all([ours, theirs].map((server) => send(server, warmUp / weight(name))));
      const requests = perRound / weight(name);
      const [mine = [], other = []] = await alternate(
        rounds,
        [ours, theirs].map((server) => async () => {
          const before = server.cpu();
          await send(server, requests);
          return (server.cpu() - before) / requests;
        }),
      );
      const aim = bounds[name];
      lines.push({
        group: `Worker CPU per request, in workerd, ${label}`,
        name,
        unit: "µs",
        ours: median(mine),
        theirs: median(other),
        ratio: pairedRatio(mine, other),
        ...(aim === undefined ? {} : { aim }),
      });
    }
  }
  return lines;
}

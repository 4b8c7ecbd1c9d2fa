/** The live list: what one change takes among many rows, as the JavaScript of a page does it. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Line } from "../report.ts";

const rows = 10_000;
const changes = 5_000;

/** Milliseconds in which a page has to be done to show 60 pictures in a second. */
const frame = 16;

/** @param client Folder of `covara/client`. */
export async function benchStore(client: string, extension: "js" | "ts" = "js"): Promise<Line[]> {
  const load = async <Module>(name: string): Promise<Module> =>
    (await import(pathToFileURL(path.join(client, "live", `${name}.${extension}`)).href)) as Module;
  const { liveList } = await load<typeof import("../../../runtime/client/live/list.ts")>("list");
  const { comparator } = await load<typeof import("../../../runtime/client/live/order.ts")>("order");
  const list = liveList({
    compare: comparator(["-priority", "title"], () => undefined),
    ...{
      matches: () => true,
      isSame: () => false,
      version: "version",
      limit: rows,
      changed: () => undefined,
    },
  });
  const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
  const row = (number: number, version: number): object => ({
    ...{ id: id(number), title: `todo ${number}`, priority: (number * 7 + version) % 4, version },
  });
  list.state("live", null);
  list.opened(false);
  const filled = performance.now();
  for (let number = 0; number < rows; number++) {
    list.event({ type: "existing", data: { object: row(number, 1) } });
  }
  list.event({ type: "synced", data: { seq: 1 } });
  const shown = list.snapshot.items.length;
  const snapshot = performance.now() - filled;
  if (shown !== rows) throw new Error(`The list shows ${shown} rows`);

  const times: number[] = [];
  for (let change = 0; change < changes; change++) {
    const number = (change * 7_919) % rows;
    const start = performance.now();
    list.event({ type: "changed", data: { objectId: id(number), object: row(number, change + 2) } });
    // The worst case: each change is looked at by itself.
    void list.snapshot.items;
    times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const sum = times.reduce((total, time) => total + time, 0);
  const group = `Live list of ${rows} rows`;
  const note = "1,000 changes a second are 16 in a frame";
  return [
    { group, name: "all rows of a snapshot", unit: "ms", ours: snapshot },
    {
      group,
      name: "a change and a look at it, mean",
      unit: "ms",
      ours: sum / changes,
      aim: frame / 16,
      note,
    },
    {
      group,
      name: "a change and a look at it, 99th of 100",
      unit: "ms",
      ours: sorted[Math.floor(changes * 0.99)] ?? 0,
    },
    { group, name: "a change and a look at it, longest", unit: "ms", ours: sorted.at(-1) ?? 0, aim: frame },
  ];
}

/** The live list: what changes take among many rows, as the JavaScript of a page does it. */
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "../measure.ts";
import type { Line } from "../report.ts";

const rows = 10_000;

/** Milliseconds in which a page has to be done to show 60 pictures in a second. */
const frame = 16;
/** Changes in a frame, of 1,000 in a second. */
const inFrame = 16;
/** Frames of one run: ten seconds. */
const frames = 600;
/** What other processes take shows in some runs and not in others. */
const runs = 5;

/** @param client Folder of `covara/client`. */
export async function benchStore(client: string, extension: "js" | "ts" = "js"): Promise<Line[]> {
  const load = async <Module>(name: string): Promise<Module> =>
    (await import(pathToFileURL(path.join(client, "live", `${name}.${extension}`)).href)) as Module;
  const { liveList } = await load<typeof import("../../../runtime/client/live/list.ts")>("list");
  const { comparator } = await load<typeof import("../../../runtime/client/live/order.ts")>("order");
  const all = Array.from({ length: runs }, () =>
    run(
      liveList({
        compare: comparator(["-priority", "title"], () => undefined),
        ...{
          matches: () => true,
          isSame: () => false,
          version: "version",
          limit: rows,
          changed: () => undefined,
        },
      }),
    ),
  );
  const medianOf = (of: (run: Run) => number): number => median(all.map(of));
  const group = `Live list of ${rows} rows, median of ${runs} runs`;
  const longest = all.map(({ longest }) => longest.toFixed(1)).join(", ");
  const load1 = (os.loadavg()[0] ?? 0).toFixed(1);
  return [
    { group, name: "all rows of a snapshot", unit: "ms", ours: medianOf(({ snapshot }) => snapshot) },
    {
      group,
      name: "a change and a look at it, mean",
      unit: "ms",
      ours: medianOf(({ change }) => change),
      aim: frame / inFrame,
    },
    {
      group,
      name: `a frame of ${inFrame} changes, median`,
      unit: "ms",
      ours: medianOf(({ middle }) => middle),
    },
    {
      group,
      name: `a frame of ${inFrame} changes, longest of ${frames}`,
      unit: "ms",
      ours: medianOf(({ longest }) => longest),
      aim: frame,
      note: `${longest}; load ${load1} on ${os.availableParallelism()} processors`,
    },
  ];
}

/** Milliseconds. */
interface Run {
  readonly snapshot: number;
  /** A change by itself, which is looked at at once. */
  readonly change: number;
  readonly middle: number;
  readonly longest: number;
}

type List = ReturnType<typeof import("../../../runtime/client/live/list.ts").liveList>;

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const row = (number: number, version: number): object => ({
  ...{ id: id(number), title: `todo ${number}`, priority: (number * 7 + version) % 4, version },
});

/** Fills a list, and changes it for a while. */
function run(list: List): Run {
  const timed = (task: () => void): number => {
    const start = performance.now();
    task();
    return performance.now() - start;
  };
  list.state("live", null);
  list.opened(false);
  const snapshot = timed(() => {
    for (let number = 0; number < rows; number++) {
      list.event({ type: "existing", data: { object: row(number, 1) } });
    }
    list.event({ type: "synced", data: { seq: 1 } });
    const shown = list.snapshot.items.length;
    if (shown !== rows) throw new Error(`The list shows ${shown} rows`);
  });

  let made = 0;
  const change = (): void => {
    const number = (made * 7_919) % rows;
    made += 1;
    list.event({ type: "changed", data: { objectId: id(number), object: row(number, made + 1) } });
  };
  const times = (count: number, changes: number): number[] =>
    Array.from({ length: count }, () =>
      timed(() => {
        for (let left = changes; left > 0; left--) change();
        void list.snapshot.items;
      }),
    );
  const single = times(5_000, 1);
  const whole = times(frames, inFrame);
  return {
    snapshot,
    change: single.reduce((sum, time) => sum + time, 0) / single.length,
    middle: median(whole),
    longest: Math.max(...whole),
  };
}

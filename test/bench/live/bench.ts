/** What streams cost: time and calls per change, CPU time per event, and what writes pay for them. */
import path from "node:path";
import { alternate, median, pairedRatio, quantile } from "../measure.ts";
import { work } from "../paths.ts";
import { grid, number, type Report } from "../report.ts";
import type { Counts } from "./counting.ts";
import { Listeners } from "./listeners.ts";
import { makeProject } from "./project.ts";
import { Application } from "./server.ts";

/** Subscribers in each round. */
const sizes = [1, 50, 200, 1_000];
const writesPerSize = 60;
const burst = 500;
const burstConcurrency = 20;
const burstListeners = 50;
/** Partitions that a burst is spread over. */
const partitions = 25;
const latencyRounds = 31;
const writesPerRound = 10;
const idleListeners = 200;
/** Milliseconds before they are watched. */
const settling = 40_000;

/** One writer, and subscribers who all hear of each change. */
interface Fanout {
  readonly subscribers: number;
  /** Milliseconds from the answer to the writer to the last subscriber's event. */
  readonly median: number;
  readonly p99: number;
  readonly logReads: number;
  readonly objectCalls: number;
  /** Rows of the database, those of the write itself among them. */
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Microseconds of the Worker and its objects for each event of one subscriber, the write itself aside. */
  readonly cpuPerEvent: number;
}

/** Many writes at once. */
interface Burst {
  readonly name: string;
  readonly milliseconds: number;
  readonly eventsPerSecond: number;
  /** Subscribers who did not keep up, and were told to read everything anew. */
  readonly overflown: number;
  readonly logReads: number;
  readonly objectCalls: number;
}

/** Writes with and without a change log, in turns. */
interface Writes {
  readonly subscribers: number;
  /** Milliseconds of a `POST`. */
  readonly live: number;
  readonly still: number;
  readonly ratio: number;
}

interface Idle {
  readonly subscribers: number;
  readonly seconds: number;
  readonly objectCalls: number;
  readonly logReads: number;
}

interface Measured {
  readonly fanout: readonly Fanout[];
  readonly bursts: readonly Burst[];
  readonly writes: readonly Writes[];
  readonly idle: Idle;
}

/** @param idleSeconds How long subscribers to whom nothing happens are watched. */
export async function benchLive(
  dist: string,
  idleSeconds: number,
  folder = path.join(work, "live"),
): Promise<Report> {
  const counted = await makeProject(dist, folder, "counted");
  await using application = await Application.start(counted);
  const fanout: Fanout[] = [];
  const writeCpu = await cpuOfWrite(application);
  for (const size of sizes) fanout.push(await measureFanout(application, size, writeCpu));
  const bursts = await measureBursts(application);
  const idle = await measureIdle(application, idleSeconds);
  const writes = await measureWrites(dist, folder);
  const data: Measured = { fanout, bursts, writes, idle };
  return { data, text: textOf(data) };
}

/** Adds a row; returns when it was answered. */
async function add(url: string, resource = "tasks", listId = "list-0"): Promise<number> {
  const response = await fetch(`${url}/api/${resource}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ title: "Water the plants", notes: "x".repeat(100), listId }),
  });
  const at = performance.now();
  const text = await response.text();
  if (response.status !== 201) throw new Error(`POST answered ${response.status}: ${text}`);
  return at;
}

const subscribe = (): string => "/api/tasks/subscribe";

/** Microseconds of a write that nobody hears of. */
async function cpuOfWrite(application: Application): Promise<number> {
  const write = async (times: number): Promise<void> => {
    for (let index = 0; index < times; index++) await add(application.url);
  };
  await write(300);
  const before = application.cpu();
  await write(200);
  return (application.cpu() - before) / 200;
}

/** What was called meanwhile, and the rows that it read and wrote. */
async function calls(application: Application, action: () => Promise<void>) {
  const [before, rowsBefore] = [await application.counts(), await application.rows()];
  await action();
  const [after, rowsAfter] = [await application.counts(), await application.rows()];
  const differences = (names: readonly (keyof Counts)[]): number =>
    names.reduce((sum, name) => sum + after[name] - before[name], 0);
  return {
    logReads: differences(["logReads"]),
    objectCalls: differences(["pokes", "receives", "connections"]),
    rowsRead: rowsAfter.read - rowsBefore.read,
    rowsWritten: rowsAfter.written - rowsBefore.written,
  };
}

async function measureFanout(
  application: Application,
  subscribers: number,
  writeCpu: number,
): Promise<Fanout> {
  const { url } = application;
  using listeners = await Listeners.connect(url, subscribers, subscribe);
  const change = async (): Promise<number> => {
    const told = listeners.next(1);
    const answered = await add(url);
    return Math.max(0, (await told) - answered);
  };
  for (let index = 0; index < 20; index++) await change();
  const times: number[] = [];
  const cpu = application.cpu();
  const counted = await calls(application, async () => {
    for (let index = 0; index < writesPerSize; index++) times.push(await change());
  });
  const spent = application.cpu() - cpu - writeCpu * writesPerSize;
  return {
    subscribers,
    median: median(times),
    p99: quantile(times, 0.99),
    logReads: counted.logReads / writesPerSize,
    objectCalls: counted.objectCalls / writesPerSize,
    rowsRead: counted.rowsRead / writesPerSize,
    rowsWritten: counted.rowsWritten / writesPerSize,
    cpuPerEvent: spent / writesPerSize / subscribers,
  };
}

/** Requests, so many at a time, for the rows of these numbers. */
async function inParallel(count: number, request: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) await request(next++);
  };
  await Promise.all(Array.from({ length: burstConcurrency }, work));
}

async function measureBursts(application: Application): Promise<Burst[]> {
  const { url } = application;
  const measure = async (
    name: string,
    eventsEach: number,
    listen: (index: number) => string,
    send: () => Promise<void>,
  ): Promise<Burst> => {
    using listeners = await Listeners.connect(url, burstListeners, listen);
    const told = listeners.next(eventsEach);
    const start = performance.now();
    let milliseconds = 0;
    const counted = await calls(application, async () => {
      await send();
      milliseconds = (await told) - start;
    });
    const { logReads, objectCalls } = counted;
    const { events, overflown } = listeners;
    const eventsPerSecond = (events / milliseconds) * 1000;
    return { name, milliseconds, eventsPerSecond, overflown, logReads, objectCalls };
  };
  const bursts = [
    await measure(`${burst} requests, one hub`, burst, subscribe, () => inParallel(burst, () => add(url))),
  ];
  const list = (index: number): string => `list-${index % partitions}`;
  bursts.push(
    await measure(
      `${burst} requests, ${partitions} hubs`,
      burst / partitions,
      (index) => `/api/cards/subscribe?filter=${encodeURIComponent(`listId==${list(index)}`)}`,
      () => inParallel(burst, (index) => add(url, "cards", list(index))),
    ),
  );
  const rows = Array.from({ length: burst }, () => ({
    title: "Water the plants",
    notes: "x".repeat(100),
    listId: "list-0",
  }));
  bursts.push(
    await measure(`${burst} rows in 5 requests, one hub`, burst, subscribe, async () => {
      for (let from = 0; from < burst; from += 100) {
        const { status } = await fetch(`${url}/api/tasks/batch`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ items: rows.slice(from, from + 100) }),
        });
        if (status !== 201) throw new Error(`POST of rows answered ${status}`);
      }
    }),
  );
  return bursts;
}

async function measureIdle(application: Application, seconds: number): Promise<Idle> {
  using listeners = await Listeners.connect(application.url, idleListeners, subscribe);
  // Streams of before end once a sign of life does not arrive, every 15 seconds.
  await sleep(settling);
  const { logReads, objectCalls } = await calls(application, () => sleep(seconds * 1000));
  return { subscribers: listeners.count, seconds, logReads, objectCalls };
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

async function measureWrites(dist: string, folder: string): Promise<Writes[]> {
  await using live = await Application.start(await makeProject(dist, folder, "live"));
  await using still = await Application.start(await makeProject(dist, folder, "still"));
  /** The median of some writes, each after everybody has heard of the one before: here all share two cores, which they do not elsewhere. */
  const write = async ({ url }: Application, listeners: Listeners | null): Promise<number> => {
    const times: number[] = [];
    for (let index = 0; index < writesPerRound; index++) {
      const told = listeners !== null && listeners.count > 0 ? listeners.next(1) : null;
      const start = performance.now();
      times.push((await add(url)) - start);
      await told;
    }
    return median(times);
  };
  for (let index = 0; index < 15; index++) for (const each of [live, still]) await write(each, null);
  const measured: Writes[] = [];
  for (const subscribers of [0, 1, 50]) {
    using listeners = await Listeners.connect(live.url, subscribers, subscribe);
    const [mine = [], other = []] = await alternate(latencyRounds, [
      () => write(live, listeners),
      () => write(still, null),
    ]);
    measured.push({
      subscribers,
      live: median(mine),
      still: median(other),
      ratio: pairedRatio(mine, other),
    });
  }
  return measured;
}

function textOf({ fanout, bursts, writes, idle }: Measured): string {
  const lines = (head: string, columns: readonly string[], rows: readonly (readonly string[])[]): string =>
    [head, ...grid(columns, rows)].join("\n");
  return [
    lines(
      "Live: one change, from the answer to the writer to the last subscriber",
      [
        "subscribers",
        "median ms",
        "p99 ms",
        "log reads",
        "object calls",
        "rows read",
        "rows written",
        "CPU µs/event",
        "",
      ],
      fanout.map((each) =>
        [
          ...[each.subscribers, each.median, each.p99, each.logReads, each.objectCalls],
          ...[each.rowsRead, each.rowsWritten, each.cpuPerEvent],
        ]
          .map(number)
          .concat(""),
      ),
    ),
    lines(
      `Live: ${burst} changes at once, ${burstListeners} subscribers`,
      ["", "ms", "events/s", "log reads", "object calls", "overflown", ""],
      bursts.map((each) => [
        each.name,
        ...[each.milliseconds, each.eventsPerSecond, each.logReads, each.objectCalls, each.overflown].map(
          number,
        ),
        "",
      ]),
    ),
    lines(
      "Live: time to the answer of a POST with the change log and without, in turns",
      ["subscribers", "live ms", "without ms", "ratio", ""],
      writes.map(({ subscribers, live, still, ratio }) => [
        number(subscribers),
        number(live),
        number(still),
        ratio.toFixed(3),
        "",
      ]),
    ),
    `Live: ${idle.subscribers} idle subscribers for ${idle.seconds} s: ${idle.objectCalls} object calls, ${idle.logReads} log reads`,
    "",
  ].join("\n\n");
}

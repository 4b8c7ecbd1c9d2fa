/** CPU time per request of the Worker's own code, in this process: the database answers at once. */
import { createHash } from "node:crypto";
import type { Contenders } from "./contenders.ts";
import type { Binding } from "./d1/binding.ts";
import { type Recording, record, type Trips } from "./d1/recorded.ts";
import { replay } from "./d1/replay.ts";
import { openSqlite } from "./d1/sqlite.ts";
import { executionStub, importWorker, type Worker } from "./equivalence.ts";
import { alternate, median, pairedRatio } from "./measure.ts";
import type { Line } from "./report.ts";
import { type Ask, measured, seed, toRequest, weight } from "./requests.ts";

/** What reads and writes may cost, as a share of the hand-written worker's CPU. */
export const aims: Readonly<Record<string, number>> = {
  get: 0.6,
  "list of 20": 0.6,
  "list, filter of three terms": 0.6,
  "list, two includes": 0.6,
  create: 0.4,
  "update with If-Match": 0.4,
  "batch of 50": 0.4,
};

/** One, and one for each included relation; a write is one batch. */
const roundTrips: Readonly<Record<string, number>> = { "list, two includes": 3 };

const rounds = 41;
/** Requests per round: enough for the clock of CPU time. */
const perRound = 150;
/** Requests before the first round, so that V8 has compiled what it will. */
const warmUp = 3000;

export async function benchCpu(contenders: Contenders): Promise<Line[]> {
  const { digest } = crypto.subtle;
  crypto.subtle.digest = digestHere;
  try {
    return await measureAll(contenders);
  } finally {
    crypto.subtle.digest = digest;
  }
}

/**
 * What `crypto.subtle.digest` does for SHA-256, on the calling thread, which is where workerd does it. Node hands it to another
 * thread, which takes longer than all that either Worker does for the request.
 */
async function digestHere(
  algorithm: Parameters<SubtleCrypto["digest"]>[0],
  data: Parameters<SubtleCrypto["digest"]>[1],
): Promise<ArrayBuffer> {
  if (algorithm !== "SHA-256") throw new Error("The Workers hash with SHA-256");
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return Uint8Array.from(createHash("sha256").update(bytes).digest()).buffer;
}

async function measureAll(contenders: Contenders): Promise<Line[]> {
  const sides = await Promise.all(
    [contenders.generated, contenders.handwritten].map(async (contender) => {
      const worker = await importWorker(contender);
      return { worker, recording: await recordAnswers(worker, contenders.migrations) };
    }),
  );
  const lines: Line[] = [];
  for (const [name, ask] of Object.entries(measured)) {
    const runs = sides.map(({ worker, recording }) => {
      const binding = replay(recording);
      return { worker, binding };
    });
    for (const { worker, binding } of runs) await send(worker, binding, ask, warmUp / weight(name));
    const times = perRound / weight(name);
    const [ours = [], theirs = []] = await alternate(
      rounds,
      runs.map(({ worker, binding }) => async () => {
        const before = process.cpuUsage();
        await send(worker, binding, ask, times);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / times;
      }),
    );
    const aim = aims[name];
    lines.push({
      group: "Worker CPU per request, in Node, database stubbed",
      name,
      unit: "µs",
      ours: median(ours),
      theirs: median(theirs),
      ratio: pairedRatio(ours, theirs),
      ...(aim === undefined ? {} : { aim }),
    });
  }
  return lines;
}

/** What a real database answers to each statement of the measured requests. */
export async function recordAnswers(worker: Worker, migrations: string): Promise<Recording> {
  const recording: Recording = {};
  for (const ask of Object.values(measured)) await recordAnswer(worker, migrations, ask, recording);
  return recording;
}

/** Sends one request to a database of its own, and counts what it asks of it. */
async function recordAnswer(
  worker: Worker,
  migrations: string,
  ask: Ask,
  recording: Recording,
): Promise<Trips> {
  const { execute } = openSqlite(`${migrations}\n${seed()}`);
  const trips: Trips = { roundTrips: 0, statements: 0 };
  await send(worker, record(execute, recording, trips), ask, 1);
  return trips;
}

/** Round trips that the requests take beside the one that both workers make to identify the caller. */
export async function benchRoundTrips({ generated, handwritten, migrations }: Contenders): Promise<Line[]> {
  const [ours, theirs] = [await importWorker(generated), await importWorker(handwritten)];
  const lines: Line[] = [];
  for (const [name, ask] of Object.entries(measured)) {
    const mine = await recordAnswer(ours, migrations, ask, {});
    const other = await recordAnswer(theirs, migrations, ask, {});
    lines.push({
      group: "D1 round trips per request, beside the one that identifies the caller",
      name,
      unit: "round trips",
      ours: mine.roundTrips - 1,
      theirs: other.roundTrips - 1,
      aim: roundTrips[name] ?? 1,
      note: `${mine.statements - 1} against ${other.statements - 1} statements`,
    });
  }
  return lines;
}

async function send(worker: Worker, binding: Binding, ask: Ask, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const response = await worker.fetch(toRequest(ask), { DB: binding }, executionStub);
    // Bodies are left unread: a Worker's go to the client without passing through JavaScript.
    if (response.status >= 300 || response.status === 204) {
      throw new Error(`${ask.method} ${ask.path} answered ${response.status}`);
    }
  }
}

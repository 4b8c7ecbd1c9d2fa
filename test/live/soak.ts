/**
 * Hundreds of clients that come and go, read slowly or not at all, while rows are written in all ways: `npm run test:live`.
 * In the end every client that listens has the list that it may see, and nobody's connection is left, nor anything of it in memory.
 *
 * SECONDS is how long that goes on (default 30), SUBSCRIBERS how many there are (default 500).
 */
import { Board, type User } from "./board.ts";
import { Subscriber, type Tally } from "./subscriber.ts";

const seconds = Number(process.env.SECONDS ?? 30);
const count = Number(process.env.SUBSCRIBERS ?? 500);
/** MiB that workerd may have at most, however long it runs: garbage included, which V8 collects late. Without subscribers it has 150. */
const maxMemory = 1_500;
/**
 * KiB of the heap that may be left for each connection that was closed, once garbage has been collected: a stream has 7. What is left
 * is not of connections: code that was compiled meanwhile, and the latest changes.
 */
const maxLeft = 1;
/** Rows at most, about, so that a long run is like a short one. */
const maxRows = 500;

const users = 25;
const admins = 2;

const pick = <T>(items: readonly T[]): T => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error("There is nothing to pick from");
  return item;
};
const chance = (probability: number): boolean => Math.random() < probability;
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

await using board = await Board.start();
const people = await board.addUsers(users, admins);
const tally: Tally = { events: 0, connections: 0, resumed: 0, invalidated: {} };
const subscribers = Array.from({ length: count }, () => new Subscriber(pick(people), board.url, tally));
const hubs = ["todos/*", ...people.map(({ id }) => `todos/=${id}`)];

let writes = 0;
let ids: string[] = [];

async function send(user: User, method: string, path: string, json?: unknown): Promise<unknown> {
  const response = await fetch(`${board.url}/api/todos${path}`, {
    method,
    headers: { Authorization: `Bearer ${user.token}`, "Content-Type": "application/json" },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (response.status >= 500) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  writes += 1;
  return text === "" ? null : JSON.parse(text);
}

const todo = (): object => ({
  title: `todo ${Math.random()}`,
  notes: "n".repeat(Math.floor(Math.random() ** 4 * 8_000)),
  ...(chance(0.4) ? { assigneeId: pick(people).id } : {}),
});

/** One write, by a request or past the API. */
async function write(): Promise<void> {
  const user = pick(people);
  const kind = Math.random();
  const isFull = ids.length >= maxRows;
  if (ids.length < 50 || (kind < 0.35 && !isFull)) {
    const made = (await send(user, "POST", "", todo())) as { id?: string };
    if (made.id !== undefined) ids.push(made.id);
  } else if (kind < 0.4 && !isFull) {
    const made = await send(user, "POST", "/batch", { items: Array.from({ length: 20 }, todo) });
    ids.push(...(made as { items: { id: string }[] }).items.map(({ id }) => id));
  } else if (kind < 0.7) {
    await send(
      user,
      "PATCH",
      `/${pick(ids)}`,
      chance(0.5) ? { done: chance(0.5) } : { assigneeId: pick(people).id },
    );
  } else if (kind < 0.85) {
    await board.sql(
      "UPDATE todos SET owner_id = ?, priority = priority + 1 WHERE id = ?",
      pick(people).id,
      pick(ids),
    );
  } else {
    const id = pick(ids);
    ids = ids.filter((each) => each !== id);
    if (chance(0.5)) await send(user, "DELETE", `/${id}`);
    else await board.sql("DELETE FROM todos WHERE id = ?", id);
  }
}

/** One client comes, goes, falls asleep, or is awake again. */
function churn(): void {
  const subscriber = pick(subscribers);
  const kind = Math.random();
  if (!subscriber.isConnected) subscriber.connect();
  else if (kind < 0.5) subscriber.disconnect();
  else if (kind < 0.7) subscriber.sleep();
  else subscriber.wake();
}

const memory: number[] = [];
let end = 0;
const isOver = (): boolean => Date.now() >= end;

async function writeOnAndOn(): Promise<void> {
  while (!isOver()) {
    await write();
    await pause(Math.random() * 60);
  }
}

async function comeAndGo(): Promise<void> {
  while (!isOver()) {
    churn();
    await pause(50);
  }
}

const watch = setInterval(() => memory.push(board.memory), 1_000);

/** Every list as it has to be: that of the rule, over the rows as they are. */
async function wrong(): Promise<string[]> {
  const rows = await board.sql(
    "SELECT id, owner_id, assignee_id, version FROM todos WHERE deleted_at IS NULL",
  );
  return subscribers.flatMap(({ user, rows: has }, index) => {
    const seen = rows.filter(
      (row) => user.isAdmin || row.owner_id === user.id || row.assignee_id === user.id,
    );
    const differs = seen.filter(({ id, version }) => has.get(String(id))?.version !== version);
    if (differs.length === 0 && has.size === seen.length) return [];
    return [`${index}: ${differs.length} of ${seen.length} rows are missing or old, and it has ${has.size}`];
  });
}

using heap = await board.heap();
/** Opens and closes streams, so that all code has run. */
for (const subscriber of subscribers.slice(0, 50)) subscriber.connect();
while (!subscribers.slice(0, 50).every(({ hasList }) => hasList)) await pause(100);
for (const subscriber of subscribers) subscriber.disconnect();
while ((await board.sockets(hubs)) > 0) await pause(500);
const heapBefore = await heap.used();

for (const [index, subscriber] of subscribers.entries()) {
  subscriber.connect();
  // The backlog of connections is short.
  if (index % 20 === 0) await pause(50);
}
while (!subscribers.every(({ hasList }) => hasList)) await pause(100);
end = Date.now() + seconds * 1_000;
await Promise.all([writeOnAndOn(), writeOnAndOn(), comeAndGo()]);

for (const subscriber of subscribers) {
  subscriber.wake();
  if (!subscriber.isConnected) subscriber.connect();
}
let differences = await wrong();
for (let attempt = 0; attempt < 120 && differences.length > 0; attempt++) {
  await pause(500);
  differences = await wrong();
}
clearInterval(watch);
const held = await board.sockets(hubs);
const heapOpen = await heap.used();
for (const subscriber of subscribers) subscriber.disconnect();
let left = await board.sockets(hubs);
const gone = Date.now();
while (left > 0 && Date.now() - gone < 90_000) {
  await pause(500);
  left = await board.sockets(hubs);
}
const allowed = heapBefore + maxLeft * tally.connections;
let heapAfter = await heap.used();
// A stream ends a little later than its connection to the hub.
for (let attempt = 0; attempt < 30 && heapAfter > allowed; attempt++) {
  await pause(1_000);
  heapAfter = await heap.used();
}

const overTime = memory.filter((_, index) => index % Math.ceil(memory.length / 12) === 0);
const figure = (value: number | undefined): string => `${Math.round(value ?? 0)} MiB`;
const [{ seq = 0 } = {}] = await board.sql("SELECT max(seq) AS seq FROM _covara_changes");
process.stdout.write(
  `${[
    `${seconds} s, ${count} subscribers: ${writes} requests, ${seq} changes, ${tally.events} events`,
    `connections: ${tally.connections} made, ${tally.resumed} resumed, ${held} held at the end, ${left} left ${Math.round((Date.now() - gone) / 1000)} s later`,
    `invalidated: ${JSON.stringify(tally.invalidated)}`,
    `memory of workerd in MiB, over time: ${overTime.map(Math.round).join(", ")}; ${figure(Math.max(...memory))} at most, ${figure(board.memory)} in the end`,
    `heap of the Worker and its objects, without garbage: ${Math.round(heapBefore)} KiB before, ${Math.round(heapOpen)} KiB with ${held} streams, ${Math.round(heapAfter)} KiB after`,
  ].join("\n")}\n`,
);
const faults = [
  ...differences.slice(0, 10),
  ...(held < count ? [`Hubs have ${held} connections of ${count} subscribers`] : []),
  ...(left > 0 ? [`${left} connections are left although every client has gone`] : []),
  ...(heapAfter > allowed
    ? [`${Math.round(heapAfter - heapBefore)} KiB of ${tally.connections} connections are left in the heap`]
    : []),
  ...(Math.max(...memory) > maxMemory ? [`workerd had ${figure(Math.max(...memory))}`] : []),
];
if (faults.length > 0) {
  process.stderr.write(`${faults.join("\n")}\n`);
  process.exitCode = 1;
}

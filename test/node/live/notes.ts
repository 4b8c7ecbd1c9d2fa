/** Notes of which each user has a hub, on a network between streams and hubs, and one stream of Ann's. */
import { custom, d1, defineConfig, field } from "covara";
import { expect, vi } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import { pumpName } from "../../../runtime/live/hub-socket.ts";
import { Random } from "../../matrix/random.ts";
import { loadApplication, userHeader } from "../matrix/bundle.ts";
import { openDatabase } from "../matrix/sqlite.ts";
import { calm, Network } from "./network.ts";

/** Streams wait before they connect again, and pumps before they call again: tests say when that time has passed. */
export const stopTimers = (): void =>
  void vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });

const modelWith = (retention: number) =>
  buildModel(
    defineConfig({
      name: "quiet",
      database: d1(),
      auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
      resources: {
        users: {
          fields: { id: field.id(), role: field.enum(["member", "admin"]) },
          access: (rules) => ({ read: rules.public() }),
        },
        notes: {
          fields: { id: field.id(), ownerId: field.ref("users").owner(), text: field.text() },
          access: ({ owner }) => ({ read: owner("ownerId") }),
          live: true,
        },
      },
      live: { retention },
    }),
    { exists: () => true },
  ).model;

/** Lets everything that is under way get on. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
}

export interface Notes {
  readonly network: Network;
  /** Adds notes with SQL, which tells nobody of them. */
  write(count: number, owner: "ann" | "bob"): void;
  poke(): Promise<void>;
  /** All that Ann's stream has told. */
  told(): string;
  close(): Promise<void>;
}

/** @param retention Changes that the log keeps. */
export async function openNotes(retention: number): Promise<Notes> {
  const model = modelWith(retention);
  if (model === null) throw new Error("the config is refused");
  const { app, log } = await loadApplication(model);
  if (log === undefined) throw new Error("nothing is live");
  const database = openDatabase(model);
  const ids = { ann: "01890000-0000-7000-8000-00000000000a", bob: "01890000-0000-7000-8000-00000000000b" };
  for (const id of Object.values(ids))
    database.prepare("INSERT INTO users (id, role) VALUES (?, 'member')").run(id);
  const network = new Network(database.binding, log, retention, new Random(1), calm);
  let made = 0;
  const write = (count: number, owner: "ann" | "bob"): void => {
    for (let number = 0; number < count; number++) {
      made += 1;
      database
        .prepare("INSERT INTO notes (id, owner_id, text) VALUES (?, ?, 'x')")
        .run(`01890000-0000-7000-8000-${String(made).padStart(12, "0")}`, ids[owner]);
    }
  };
  write(1, "bob");
  const env = { [model.database.binding]: database.binding, COVARA_LIVE: network };
  const headers = { [userHeader]: JSON.stringify({ id: ids.ann, role: "member" }) };
  const leave = new AbortController();
  const request = new Request("https://covara.test/api/notes/subscribe", { headers, signal: leave.signal });
  const response = await app.fetch(request, env);
  expect(response.status).toBe(200);
  let text = "";
  const reading = response.body?.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(part) {
        text += part;
      },
    }),
    { signal: leave.signal },
  );
  await settle();
  expect(text).toContain("event: connected");
  return {
    network,
    write,
    async poke() {
      await network.getByName(pumpName).poke();
      await settle();
    },
    told: () => text,
    async close() {
      const left = expect(reading).rejects.toThrow("aborted");
      leave.abort();
      await left;
      database.db.close();
    },
  };
}

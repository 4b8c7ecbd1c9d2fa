/** Streams to which nothing happens, while others fill a log that keeps little. */
import { custom, d1, defineConfig, field } from "covara";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildModel } from "../../../generator/model/index.ts";
import { pumpName } from "../../../runtime/live/hub-socket.ts";
import { Random } from "../../matrix/random.ts";
import { cleanUp, loadApplication, userHeader } from "../matrix/bundle.ts";
import { openDatabase } from "../matrix/sqlite.ts";
import { Network } from "./network.ts";

beforeEach(() => {
  // Streams wait before they connect again.
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(cleanUp);

const calm = { failedCall: 0, brokenSocket: 0, lostMessage: 0, lostPoke: 0 };

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
          // Each user has a hub.
          access: ({ owner }) => ({ read: owner("ownerId") }),
          live: true,
        },
      },
      live: { retention },
    }),
    { exists: () => true },
  ).model;

/** Lets everything that is under way get on. */
async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
}

test.each([100, 250, 1_999])(
  "contract 5.3: with a retention of %i a quiet hub's streams keep their place",
  async (retention) => {
    const model = modelWith(retention);
    if (model === null) throw new Error("the config is refused");
    const { app, log } = await loadApplication(model);
    if (log === undefined) throw new Error("nothing is live");
    const database = openDatabase(model);
    const [ann, bob] = ["a", "b"].map((letter) => `01890000-0000-7000-8000-00000000000${letter}`);
    for (const id of [ann, bob])
      database.prepare("INSERT INTO users (id, role) VALUES (?, 'member')").run(id ?? "");
    const network = new Network(database.binding, log, retention, new Random(1), calm);
    let made = 0;
    const write = (count: number, owner = bob): void => {
      for (let number = 0; number < count; number++) {
        made += 1;
        database
          .prepare("INSERT INTO notes (id, owner_id, text) VALUES (?, ?, 'x')")
          .run(`01890000-0000-7000-8000-${String(made).padStart(12, "0")}`, owner ?? "");
      }
    };
    write(1);
    const env = { [model.database.binding]: database.binding, COVARA_LIVE: network };
    const headers = { [userHeader]: JSON.stringify({ id: ann, role: "member" }) };
    const request = new Request("https://covara.test/api/notes/subscribe", { headers });
    const response = await app.fetch(request, env);
    expect(response.status).toBe(200);
    let text = "";
    const reading = response.body?.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({
        write(part) {
          text += part;
        },
      }),
    );
    await settle();
    expect(text).toContain("event: connected");
    const most = Math.floor(retention / 2);
    for (let rounds = 0; rounds < 6; rounds++) {
      for (let times = 0; times < rounds; times++) {
        write(most);
        await network.getByName(pumpName).poke();
        await settle();
      }
      // The connection to the hub is lost before the pump has read the latest changes: the stream reads them from its place.
      write(most);
      network.breakHubs();
      await vi.advanceTimersByTimeAsync(2_000);
      await settle();
      expect(text, `after ${rounds} reads of the pump`).not.toContain("invalidate");
      await network.getByName(pumpName).poke();
      await settle();
    }
    write(1, ann);
    await network.getByName(pumpName).poke();
    await settle();
    expect(text).toContain("event: added");
    await response.body?.cancel().catch(() => undefined);
    void reading;
    database.db.close();
  },
);

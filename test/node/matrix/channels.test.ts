/**
 * The access matrix of rooms: publishing, listening and the list of who listens, in random channels, by each caller, in rooms that
 * the rules tell apart. Answers are compared with the rules' own meaning, and what reaches the room with what was sent.
 */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { channelPath } from "../../../generator/emit/channels.ts";
import { isNever } from "../../../generator/emit/rule.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { ChannelFieldModel, ChannelModel, Model } from "../../../generator/model/types.ts";
import type { ConfigData, RuleData } from "../../../schema/data.ts";
import { custom, d1, field } from "../../../schema/index.ts";
import { mayInRoom, type RoomCaller, randomChannels } from "../emit/random-channels.ts";
import { type App, cleanUp, loadApplication, userHeader } from "./bundle.ts";

const seed = Number(process.env.SEED ?? 1);
const wanted = Number(process.env.RUNS ?? 8);

afterAll(cleanUp);

const auth = custom("./auth.ts", {
  user: { role: field.enum(["member", "admin"]), word: field.text(), guild: field.text().optional() },
});
const scope = { roles: ["member", "admin"], fields: ["id", "role", "word", "guild"] };

const callers: readonly (RoomCaller | null)[] = [
  null,
  { id: "open", role: "member", word: "a", guild: null },
  { id: "a", role: "member", word: "open", guild: "b" },
  { id: "b", role: "admin", word: "it's", guild: null },
  { id: "admin", role: "admin", word: "x", guild: "open" },
];

interface Drawn {
  readonly config: ConfigData;
  readonly model: Model;
}

function drawn(): Drawn[] {
  const channels = fc.sample(
    randomChannels(scope).filter((all) => Object.keys(all).length > 0),
    { seed, numRuns: wanted * 4 },
  );
  const configs = channels.map(
    (all): ConfigData => ({ name: "rooms", database: d1(), auth, resources: {}, channels: all }),
  );
  const made = configs.flatMap((config): Drawn[] => {
    const { model } = buildModel(config, { exists: () => true });
    return model === null ? [] : [{ config, model }];
  });
  return made.slice(0, wanted);
}

/** What reached the objects of rooms. */
class Rooms {
  readonly published: { readonly name: string; readonly content: Record<string, unknown> }[] = [];

  getByName(name: string): object {
    return {
      publish: async (content: string) => {
        this.published.push({ name, content: JSON.parse(content) as Record<string, unknown> });
        return { seq: this.published.length, text: `{"seq":${this.published.length},${content.slice(1)}` };
      },
      presence: async () => ({ items: [], total: 0 }),
      // Streams wait for it as long as they are open.
      fetch: () => new Promise<never>(() => {}),
    };
  }
}

/** Rooms that rules tell apart. */
function roomsOf({ params }: ChannelModel): Record<string, string>[] {
  return params.reduce<Record<string, string>[]>(
    (rooms, { name, kind, values }) =>
      rooms.flatMap((room) =>
        (kind === "enum" ? values : ["open", "a", "b", "admin"]).map((value) => ({ ...room, [name]: value })),
      ),
    [{}],
  );
}

/** A value that a field of a message takes. */
function sample({ kind, format, values }: ChannelFieldModel): unknown {
  switch (kind) {
    case "text":
      return format === "email" ? "ann@example.com" : "hello";
    case "enum":
      return values[0];
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "timestamp":
      return "2026-01-01T00:00:00.000Z";
    default:
      return { any: ["JSON"] };
  }
}

const messageOf = ({ message }: ChannelModel): Record<string, unknown> =>
  Object.fromEntries(message.filter(({ owner }) => !owner).map((each) => [each.name, sample(each)]));

const tally: Record<number, number> = {};

/** One application, asked by each caller. */
class Asked {
  readonly #app: App;
  readonly #rooms = new Rooms();

  constructor(app: App) {
    this.#app = app;
  }

  async #status(user: RoomCaller | null, method: string, path: string, json?: unknown): Promise<number> {
    const headers = new Headers({ "Sec-Fetch-Site": "same-origin" });
    if (user !== null) headers.set(userHeader, JSON.stringify(user));
    if (json !== undefined) headers.set("Content-Type", "application/json");
    const left = new AbortController();
    const body = json === undefined ? null : JSON.stringify(json);
    const request = new Request(`https://covara.test${path}`, { method, headers, body, signal: left.signal });
    const { status } = await this.#app.fetch(request, { COVARA_CHANNELS: this.#rooms });
    left.abort();
    tally[status] = (tally[status] ?? 0) + 1;
    return status;
  }

  async channel(
    model: Model,
    channel: ChannelModel,
    rules: Partial<Record<string, RuleData>>,
  ): Promise<void> {
    const never = { subscribe: isNever(channel.access.subscribe), publish: isNever(channel.access.publish) };
    const rooms = roomsOf(channel);
    for (const user of callers) {
      for (const room of rooms) {
        const path = `${model.basePath}${channelPath(channel)}`.replaceAll(/:(\w+)/g, (_, name: string) =>
          encodeURIComponent(room[name] ?? ""),
        );
        const expected = (operation: "subscribe" | "publish", good: number): readonly number[] => {
          if (never.subscribe && never.publish) return [404];
          if (never[operation]) return [405];
          const rule = rules[operation] ?? { type: "nobody" };
          if (mayInRoom(rule, user, room)) {
            // A message that names its sender has one.
            const isUnsent =
              operation === "publish" && user === null && channel.message.some(({ owner }) => owner);
            return [isUnsent ? 401 : good];
          }
          const isForCallers = rooms.some((each) =>
            callers.some((other) => mayInRoom(rule, other, each) !== mayInRoom(rule, null, each)),
          );
          if (user !== null) return [403];
          // The rule may be about callers whom nobody here is.
          return isForCallers ? [401] : [401, 403];
        };
        const check = (statuses: readonly number[], actual: number, what: string): void => {
          const about = `${what} ${path} by ${JSON.stringify(user)} under ${JSON.stringify(rules)}`;
          expect(statuses, about).toContain(actual);
        };
        check(expected("subscribe", 200), await this.#status(user, "GET", path), "listening in");
        const before = this.#rooms.published.length;
        const message = messageOf(channel);
        const published = await this.#status(user, "POST", path, message);
        check(expected("publish", 201), published, "publishing in");
        const [sent, ...others] = this.#rooms.published.slice(before);
        expect(others).toEqual([]);
        expect(sent !== undefined, "only what was accepted reaches the room").toBe(published === 201);
        if (sent !== undefined) {
          const owners = channel.message.flatMap(({ name, owner }) => (owner ? [[name, user?.id]] : []));
          expect(sent.content).toEqual({ ...message, ...Object.fromEntries(owners) });
          for (const [name] of owners) {
            const forged = await this.#status(user, "POST", path, { ...message, [name ?? ""]: "somebody" });
            expect(forged, "nobody is somebody else").toBe(400);
          }
        }
        const listed = expected("subscribe", 200);
        const isListed = channel.presence && !never.subscribe;
        check(isListed ? listed : [404], await this.#status(user, "GET", `${path}/presence`), "the list of");
        if (!(never.subscribe && never.publish)) {
          check([405], await this.#status(user, "DELETE", path), "DELETE of");
        }
      }
    }
  }
}

test(`contract 4: rooms of random channels let each caller do what the rules say (SEED=${seed})`, {
  timeout: 60_000 * wanted,
}, async () => {
  const all = drawn();
  expect(all.length).toBe(wanted);
  for (const { config, model } of all) {
    const asked = new Asked((await loadApplication(model)).app);
    for (const channel of model.channels?.list ?? []) {
      const access = config.channels?.[channel.key]?.access as unknown as () => Record<string, RuleData>;
      await asked.channel(model, channel, access());
    }
  }
  for (const status of [200, 201, 401, 403, 404, 405]) expect(tally[status], `${status}`).toBeGreaterThan(0);
});

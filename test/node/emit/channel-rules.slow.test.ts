/** Rules of channels of every kind, as they are emitted: they compile, need no formatter, and mean what the config says. */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { emit } from "../../../generator/emit/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { Condition } from "../../../schema/condition.ts";
import type { ChannelData, ConditionData, ConfigData, RuleData } from "../../../schema/data.ts";
import { channel, custom, d1, field } from "../../../schema/index.ts";
import { compiles, isFormatted, strict } from "./compile.ts";
import { mayInRoom, type RoomCaller, randomRoomRule } from "./random-channels.ts";

const root = path.join(import.meta.dirname, "../../..");
/** Not below `.tmp`: biome skips what git ignores. */
const folder = path.join(import.meta.dirname, `channel-rules-${process.pid}`);
const seed = Number(process.env.SEED ?? 1);

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const params = { team: null, kind: ["a", "b"], side: ["b", "c"] };
const caller = { roles: ["admin", "member", "guest"], fields: ["id", "role", "team", "guild", "level"] };

const role = (name: string): RuleData => ({ type: "role", role: name });
const any = (...rules: readonly RuleData[]): RuleData => ({ type: "any", rules });
const all = (...rules: readonly RuleData[]): RuleData => ({ type: "all", rules });
const everybody: RuleData = { type: "public" };
const signedIn: RuleData = { type: "signedIn" };
const nobody: RuleData = { type: "nobody" };
const owner: RuleData = { type: "owner", field: "team" };
const where = (data: ConditionData): RuleData => ({ type: "where", condition: new Condition(data) });
const eq = (name: string, value: string): ConditionData => ({
  type: "compare",
  operator: "eq",
  field: name,
  value: { type: "constant", value },
});
const eqUser = (name: string, of: string): ConditionData => ({
  type: "compare",
  operator: "eq",
  field: name,
  value: { type: "user", field: of },
});
const eqField = (name: string, other: string): ConditionData => ({
  type: "compare",
  operator: "eq",
  field: name,
  value: { type: "field", field: other },
});
const not = (item: ConditionData): ConditionData => ({ type: "not", item });

/** What TypeScript knows better, or a reader would not write. */
const awkward: readonly RuleData[] = [
  all(role("admin"), role("member")),
  any(all(role("admin"), role("member")), owner),
  any(role("admin"), all(role("admin"), owner)),
  any(all(role("admin"), owner), role("admin")),
  all(any(role("admin"), role("member")), any(role("guest"), owner)),
  all(any(role("admin"), role("member")), role("admin")),
  any(role("admin"), role("member"), role("guest")),
  any(role("admin"), role("admin")),
  any(everybody, owner),
  any(signedIn, where(eqUser("team", "team"))),
  any(signedIn, all(nobody, owner)),
  any(where(eq("kind", "a")), all(signedIn, where(eq("kind", "a")))),
  all(where(eq("kind", "a")), where(eq("kind", "b"))),
  any(where(eq("kind", "a")), where(eq("kind", "b")), where(not(eq("kind", "a")))),
  where(eqField("kind", "side")),
  all(where(eq("kind", "a")), where(eqField("kind", "side"))),
  where(eqUser("kind", "level")),
  where(eqUser("kind", "role")),
  all(where(eqUser("team", "role")), role("admin")),
  all(role("admin"), where(eqUser("team", "role"))),
  all(role("admin"), where(eqUser("side", "role"))),
  where(not(eqUser("team", "guild"))),
  any(where({ type: "in", field: "team", values: [{ type: "constant", value: "open" }] }), everybody),
  where({ type: "and", items: [eq("team", "open"), not(eq("team", "open"))] }),
  where(eq("team", 'row "user"')),
];

const rules: readonly RuleData[] = [
  ...awkward,
  ...fc.sample(randomRoomRule(params, caller), { seed, numRuns: 80 }),
];
const ofAnybody: readonly RuleData[] = [
  any(everybody, where(eq("kind", "a"))),
  ...fc.sample(randomRoomRule(params, null), { seed, numRuns: 30 }),
];

const channels = (list: readonly RuleData[]): Record<string, ChannelData> =>
  Object.fromEntries(
    list.map((rule, index) => [
      `room${index}`,
      channel({
        params: {
          team: field.text().max(40),
          kind: field.enum(["a", "b"]),
          side: field.enum(["b", "c"]),
        },
        message: { text: field.text() },
        access: () => ({ subscribe: rule, publish: list[list.length - 1 - index] ?? rule }),
        presence: list === rules && index % 2 === 0,
      }),
    ]),
  );

function modelOf(more: Partial<ConfigData>): Model {
  const config = { name: "app", database: d1(), resources: {}, ...more } as ConfigData;
  const { model, diagnostics } = buildModel(config, { exists: () => true });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (model === null) throw new Error(errors.map(({ message }) => message).join("\n"));
  return model;
}

const auth = custom("./src/auth.ts", {
  user: {
    role: field.enum(["member", "admin", "guest"]),
    team: field.text(),
    guild: field.text().optional(),
    level: field.enum(["a", "z"]),
  },
});

const applications = {
  "with auth": { model: modelOf({ auth, channels: channels(rules) }), rules },
  "without auth": { model: modelOf({ channels: channels(ofAnybody) }), rules: ofAnybody },
};

const users: readonly (RoomCaller | null)[] = [
  null,
  ...caller.roles.flatMap((given) => [
    { id: "open", role: given, team: "a", guild: null, level: "a" },
    { id: "x", role: given, team: "open", guild: "admin", level: "z" },
  ]),
];
const rooms = ["open", "a", "x", "admin", 'row "user"'].flatMap((team) =>
  ["a", "b"].flatMap((kind) => ["b", "c"].map((side) => ({ team, kind, side }))),
);

describe.each(Object.entries(applications))(
  `an application %s (SEED=${seed})`,
  (name, { model, rules: given }) => {
    const project = path.join(folder, name.replace(" ", "-"));
    const generated = path.join(project, "generated");

    test("has rules that compile and need no formatter", () => {
      for (const [file, text] of emit(model, { wranglerToml: null })) {
        fs.mkdirSync(path.dirname(path.join(generated, file)), { recursive: true });
        fs.writeFileSync(path.join(generated, file), text);
      }
      fs.mkdirSync(path.join(project, "src"));
      fs.writeFileSync(path.join(project, "src/auth.ts"), "export default () => null;\n");
      fs.writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify(strict));
      compiles(project);
      isFormatted(generated);
    });

    test("has rules that let the callers pass whom they name, in the rooms that they name", async () => {
      const outfile = path.join(project, "access.mjs");
      await build({
        entryPoints: [path.join(generated, "access.ts")],
        bundle: true,
        format: "esm",
        outfile,
        alias: {
          "covara/runtime/live": path.join(root, "runtime/live/compare.ts"),
          "covara/runtime": path.join(root, "runtime/http/index.ts"),
        },
      });
      const emitted = (await import(pathToFileURL(outfile).href)) as Record<
        string,
        (...args: unknown[]) => boolean
      >;
      const passed = { some: 0, none: 0 };
      for (const [index, rule] of given.entries()) {
        const key = `subscribeRoom${index}Channel`;
        const text = fs.readFileSync(path.join(generated, "access.ts"), "utf8");
        const head = new RegExp(`export const ${key} = \\(([^)]*)\\)`).exec(text)?.[1];
        for (const user of users) {
          for (const room of rooms) {
            const args = (head ?? "")
              .split(",")
              .flatMap((parameter) =>
                parameter.includes("user:") ? [user] : parameter.includes("row:") ? [room] : [],
              );
            const expected = mayInRoom(rule, user, room);
            // Without a function there is no route: nobody may.
            const actual = head === undefined ? false : emitted[key]?.(...args);
            expect([JSON.stringify(rule), user, room, actual]).toEqual([
              JSON.stringify(rule),
              user,
              room,
              expected,
            ]);
            passed[expected ? "some" : "none"] += 1;
          }
        }
      }
      expect(Math.min(passed.some, passed.none)).toBeGreaterThan(100);
    });
  },
);

import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { emitChannelObject } from "../../../generator/emit/channel-object.ts";
import { emitWrangler } from "../../../generator/emit/wrangler.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { ConfigData } from "../../../schema/data.ts";
import { channel, d1, field, kv } from "../../../schema/index.ts";

const className = "CovaraChannelDurableObject";
const news = channel({
  message: { title: field.text() },
  access: (rules) => ({ subscribe: rules.public() }),
});

type Channels = NonNullable<ConfigData["channels"]>;

function model(channels: Channels): Model {
  const { model: built, diagnostics } = buildModel(
    {
      name: "app",
      database: d1(),
      resources: {},
      kv: { visits: kv.counter() },
      channels,
    },
    { exists: () => true },
  );
  if (built === null) throw new Error(JSON.stringify(diagnostics));
  return built;
}

test("the class comes with the first channel, and goes with the last", () => {
  let text: string | null = null;
  const steps = [{}, { news }, { news }, {}].map((channels) => {
    text = emitWrangler(model(channels), text);
    return parse(text).migrations;
  });
  expect(steps.at(-1)).toEqual([
    { tag: "v1", new_sqlite_classes: ["CovaraKVDurableObject"] },
    { tag: "v2", new_sqlite_classes: [className] },
    { tag: "v3", deleted_classes: [className] },
  ]);
  expect(steps[2]).toEqual(steps[1]);
});

test("the class, and with it all messages, is deleted only where that is asked for", () => {
  const problems = (channels: Channels, allowDestructive: boolean): string[] => {
    const previous = { snapshot: null, files: [], classes: [className] };
    const plan = planMigration(model(channels), previous, { allowDestructive });
    return plan.diagnostics.map(({ code }) => code);
  };
  expect(problems({ news }, false)).toEqual([]);
  expect(problems({}, false)).toEqual(["COV2105"]);
  expect(problems({}, true)).toEqual([]);
});

describe("what rooms keep, in the snapshot", () => {
  type Fields = Parameters<typeof channel>[0]["message"];

  const chat = (message: Fields): Channels => ({
    chat: channel({ message, access: (rules) => ({ subscribe: rules.public() }) }),
  });
  const init = "migrations/0001_init.sql";

  /** One release after the other, each with consent to what is lost. */
  function release(...steps: readonly Channels[]): string | null {
    let snapshot: string | null = null;
    for (const channels of steps) {
      const files = snapshot === null ? [] : [init];
      const plan = planMigration(model(channels), { snapshot, files }, { allowDestructive: true });
      expect(plan.diagnostics).toEqual([]);
      snapshot = plan.files.get("migrations/snapshot.json") ?? null;
    }
    return snapshot;
  }

  /** What is wrong with a further release. */
  function problems(before: string | null, now: Channels): (string | undefined)[][] {
    const { diagnostics, files } = planMigration(
      model(now),
      { snapshot: before, files: [init], classes: [className] },
      { allowDestructive: false },
    );
    expect(files.size === 0).toBe(diagnostics.length > 0);
    return diagnostics.map(({ code, path }) => [code, path?.join(".")]);
  }

  const generations = (text: string | null): unknown =>
    Object.entries(JSON.parse(text ?? "").channels).flatMap(([key, state]) => {
      const { generation } = state as { readonly generation?: number };
      return generation === undefined ? [] : [[key, generation]];
    });

  const level = field.enum(["low", "high"]);
  const before = release(chat({ text: field.text(), level, note: field.text().optional() }));

  test("is written in lines, and read again", () => {
    expect(before).toContain('"note": { "kind": "text", "optional": true }');
    expect(before).toMatch(/"version": 6\n/);
    expect(problems(before, chat({ text: field.text(), level, note: field.text().optional() }))).toEqual([]);
  });

  test.each([
    ["a kind", '"kind": "text", "optional"', '"kind": "heap", "optional"'],
    ["what is optional", '"optional": true', '"optional": "yes"'],
    ["members", '"values": ["high", "low"]', '"values": "high"'],
    ["a channel", '"message": {', '"message": 1, "before": {'],
    ["the channels", '"channels": {', '"channels": [], "before": {'],
  ])("is checked: %s", (_, from, to) => {
    expect(before).toContain(from);
    const damaged = before?.replace(from, to) ?? null;
    expect(problems(damaged, { news })).toEqual([["COV2002", undefined]]);
  });

  test("fields may come, go, and take more, where kept messages fit", () => {
    const all = { text: field.text(), level, note: field.text().optional() };
    expect(problems(before, chat({ ...all, topic: field.text().optional() }))).toEqual([]);
    expect(problems(before, chat({ text: field.text() }))).toEqual([]);
    expect(problems(before, chat({ ...all, level: field.enum(["low", "high", "highest"]) }))).toEqual([]);
    expect(problems(before, chat({ ...all, level: field.text().optional() }))).toEqual([]);
    expect(problems(before, chat({ ...all, text: field.text().max(2) }))).toEqual([]);
  });

  test("what kept messages are not needs consent, and then they are given up", () => {
    const all = { text: field.text(), level, note: field.text().optional() };
    const misfits: readonly [Fields, string][] = [
      [{ ...all, topic: field.text() }, "topic"],
      [{ ...all, text: field.integer() }, "text"],
      [{ ...all, level: field.enum(["low"]) }, "level"],
      [{ ...all, note: field.text() }, "note"],
    ];
    for (const [message, name] of misfits) {
      expect(problems(before, chat(message))).toEqual([["COV2107", `channels.chat.message.${name}`]]);
      const after = release(chat(all), chat(message));
      expect(generations(after)).toEqual([["chat", 1]]);
      expect(problems(after, chat(message))).toEqual([]);
      expect(generations(release(chat(all), chat(message), chat(message)))).toEqual([["chat", 1]]);
      expect(generations(release(chat(all), chat(message), chat(all)))).toEqual(
        name === "level" || name === "note" ? [["chat", 1]] : [["chat", name === "topic" ? 1 : 2]],
      );
    }
  });

  test("a field that was removed is still in kept messages", () => {
    const after = release(chat({ text: field.text(), level: field.integer() }), chat({ text: field.text() }));
    expect(problems(after, chat({ text: field.text(), level: field.integer().optional() }))).toEqual([]);
    expect(problems(after, chat({ text: field.text(), level: field.integer() }))).toHaveLength(1);
    expect(problems(after, chat({ text: field.text(), level: field.text().optional() }))).toHaveLength(1);
  });

  test("so are the rooms of a channel that was removed", () => {
    expect(problems(before, { news })).toEqual([["COV2108", "channels"]]);
    const after = release(chat({ text: field.text() }), { news });
    expect(problems(after, { news })).toEqual([]);
    expect(problems(after, { news, ...chat({ text: field.text() }) })).toEqual([]);
    expect(problems(after, { news, ...chat({ text: field.integer() }) })).toEqual([
      ["COV2107", "channels.chat.message.text"],
    ]);
  });

  test("rooms are told that what they keep was given up", () => {
    const { channels } = model(chat({ text: field.text() }));
    if (channels === null) throw new Error("no channels");
    expect(emitChannelObject(channels, new Map())).not.toContain("generation");
    expect(emitChannelObject(channels, new Map([["chat", 2]]))).toContain("generation: 2");
  });
});

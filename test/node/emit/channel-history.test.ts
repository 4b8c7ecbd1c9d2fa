import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { emitWrangler } from "../../../generator/emit/wrangler.ts";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import { channel, d1, field, kv } from "../../../schema/index.ts";

const className = "CovaraChannelDurableObject";
const news = channel({
  message: { title: field.text() },
  access: (rules) => ({ subscribe: rules.public() }),
});

function model(hasChannel: boolean): Model {
  const { model: built, diagnostics } = buildModel(
    {
      name: "app",
      database: d1(),
      resources: {},
      kv: { visits: kv.counter() },
      ...(hasChannel ? { channels: { news } } : {}),
    },
    { exists: () => true },
  );
  if (built === null) throw new Error(JSON.stringify(diagnostics));
  return built;
}

test("the class comes with the first channel, and goes with the last", () => {
  let text: string | null = null;
  const steps = [false, true, true, false].map((hasChannel) => {
    text = emitWrangler(model(hasChannel), text);
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
  const problems = (hasChannel: boolean, allowDestructive: boolean): string[] => {
    const previous = { snapshot: null, files: [], classes: [className] };
    const plan = planMigration(model(hasChannel), previous, { allowDestructive });
    return plan.diagnostics.map(({ code }) => code);
  };
  expect(problems(true, false)).toEqual([]);
  expect(problems(false, false)).toEqual(["COV2105"]);
  expect(problems(false, true)).toEqual([]);
});

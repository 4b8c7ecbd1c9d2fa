import { expect, test } from "vitest";
import { configText, covara, project } from "./harness.ts";

/** A resource with a field of each kind. */
const config = (expression: string) =>
  configText(
    `shout: field.text().computed(${JSON.stringify(expression)}), words: field.json<string[]>().computed()`,
  ).replace("access: (rules)", `computed: "./src/items.computed.ts",\n      access: (rules)`);

test("computed fields: gen starts their module, and tries expressions before it writes anything (contract 1)", () => {
  using target = project({ "covara.config.ts": config("uper({id})") });
  const refused = covara(["gen"], target.root);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/covara\.config\.ts:\d+:\d+ error COV1806 .*no such function: uper/);
  expect([target.has("generated"), target.has("src")]).toEqual([false, false]);

  target.put("covara.config.ts", config("upper({id})"));
  const made = covara(["gen"], target.root);
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(target.get("src/items.computed.ts")).toContain('export const words: ItemComputed["words"]');
  expect(target.get("generated/resources/items.ts")).toContain('from "../../src/items.computed.js"');
  expect(covara(["gen"], target.root).stdout).toMatch(/^Up to date: /);

  target.put("src/items.computed.ts", "export const word = () => [];\n");
  const misspelt = covara(["gen", "--check"], target.root);
  expect(misspelt.code).toBe(1);
  expect(misspelt.stderr).toMatch(
    /src\/items\.computed\.ts:1:14 error COV1805 .*\n[\s\S]*Did you mean `words`/,
  );
});

test("a field that becomes computed is a column that is dropped, and that has to be said", () => {
  using target = project({ "covara.config.ts": configText("shout: field.text().optional()") });
  expect(covara(["gen"], target.root).code).toBe(0);
  target.put("covara.config.ts", configText('shout: field.text().computed("upper({id})")'));
  const refused = covara(["gen"], target.root);
  expect([refused.code, refused.stderr.includes("--allow-destructive")]).toEqual([1, true]);
  expect(covara(["gen", "--allow-destructive"], target.root).code).toBe(0);
  expect(target.get("generated/tables.ts")).not.toContain("shout");
});

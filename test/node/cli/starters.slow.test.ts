/** Modules of hooks and procedures that the config names and that are not there yet. */
import { expect, test } from "vitest";
import { configText, covara, project } from "./harness.ts";

const config = configText().replace(
  "access: (rules) => ({ read: rules.public() }),",
  `hooks: "./src/items.hooks.ts",
      procedures: { module: "./src/items.procedures.ts", rpc: { ping: {} } },
      access: (rules) => ({ read: rules.public(), procedures: { ping: rules.public() } }),`,
);

test("are started, and said to be (contract 1)", () => {
  using target = project({ "covara.config.ts": config });
  const first = covara(["gen"], target.root);
  expect([first.code, first.stderr]).toEqual([0, ""]);
  expect(first.stdout).toMatch(/^created {2}src\/items\.hooks\.ts$/m);
  expect(first.stdout).toMatch(/^created {2}src\/items\.procedures\.ts$/m);
  expect(target.get("src/items.procedures.ts")).toContain('export const ping: ItemProcedures["ping"]');
  expect(target.get("src/items.hooks.ts")).toContain("export {};");
  expect(covara(["gen"], target.root).stdout).toMatch(/^Up to date: /);
  expect(covara(["gen", "--check"], target.root).code).toBe(0);
});

test("are never written over", () => {
  const own = 'export const ping = () => "mine";\n';
  using target = project({ "covara.config.ts": config, "src/items.procedures.ts": own });
  const { code, stdout } = covara(["gen", "--force"], target.root);
  expect([code, stdout.includes("items.procedures")]).toEqual([0, false]);
  expect(target.get("src/items.procedures.ts")).toBe(own);
});

test("are reported by a check, which writes nothing: COV3014", () => {
  using target = project({ "covara.config.ts": config });
  covara(["gen"], target.root);
  target.remove("src/items.hooks.ts");
  const { code, stderr } = covara(["gen", "--check"], target.root);
  expect(code).toBe(1);
  expect(stderr).toContain("error COV3014 src/items.hooks.ts is missing, and the config names it.");
  expect(target.has("src/items.hooks.ts")).toBe(false);
});

test("are not started for a config with errors, nor in another language", () => {
  using target = project({
    "covara.config.ts": config.replace("ping: rules.public()", "pong: rules.public()"),
  });
  expect(covara(["gen"], target.root).code).toBe(1);
  expect(target.has("src")).toBe(false);
  target.put("covara.config.ts", config.replace("items.hooks.ts", "items.hooks.js"));
  expect(covara(["gen"], target.root).stderr).toMatch(/error COV1006 .*items\.hooks\.js/);
});

test("what a module exports decides what is generated, and the message points into it", () => {
  using target = project({ "covara.config.ts": config });
  covara(["gen"], target.root);
  expect(target.get("generated/resources/items.ts")).not.toContain("Hooks");
  target.put("src/items.hooks.ts", "export const beforeCreate = () => ({});\n");
  expect(covara(["gen"], target.root).stdout).toContain("generated/resources/items.ts");
  expect(target.get("generated/resources/items.ts")).toContain("bindHooks(context, { beforeCreate })");
  target.put("src/items.hooks.ts", "export const beforeCreat = () => ({});\n");
  const { code, stderr } = covara(["gen"], target.root);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^src\/items\.hooks\.ts:1:14 error COV1702 .*\n> 1 \| export const beforeCreat/m);
  expect(stderr).toContain("Did you mean `beforeCreate`?");
  expect(target.get("generated/resources/items.ts")).toContain("beforeCreate");
});

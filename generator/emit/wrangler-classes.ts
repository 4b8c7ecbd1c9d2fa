/** The Durable Object sections of wrangler.toml: bindings, and the history of classes, to which is only appended. */
import type { TomlTable } from "smol-toml";
import type { Json } from "../../schema/data.ts";
import { kvBinding, kvClass } from "../model/kv-names.ts";

type Settings = Readonly<Record<string, Json>>;

/** The bindings that the config passes through, after our own. */
export function durableObjects(hasStores: boolean, passed: Settings): Record<string, Json> {
  const given = passed.durable_objects;
  const rest: Settings = isSettings(given) ? given : {};
  if (!hasStores) return given === undefined ? {} : { durable_objects: given };
  const others = Array.isArray(rest.bindings) ? rest.bindings : [];
  const own = { name: kvBinding, class_name: kvClass };
  return { durable_objects: { ...rest, bindings: [own, ...others] } };
}

/** One step of the history, as wrangler knows it. */
interface Step {
  readonly tag: string;
  readonly [key: string]: Json;
}

/**
 * The whole history: our own steps as the file has them, those of the config as the config has them, each at its
 * place; and a step for our class where it comes or goes.
 *
 * @param known The section of the file that is on disk.
 */
export function classHistory(hasStores: boolean, known: TomlTable, passed: Settings): Record<string, Json> {
  const given = stepsOf(passed.migrations);
  const before = stepsOf(known.migrations);
  const kept = before.flatMap((step) => {
    if (isOwn(step)) return [step];
    const same = given.find(({ tag }) => tag === step.tag);
    return same === undefined ? [] : [same];
  });
  const added = given.filter((step) => !kept.some(({ tag }) => tag === step.tag));
  const steps = [...kept, ...added];
  if (hasStores !== isLive(steps)) {
    const change = hasStores ? "new_sqlite_classes" : "deleted_classes";
    steps.push({ tag: freeTag(steps), [change]: [kvClass] });
  }
  return steps.length === 0 ? {} : { migrations: steps };
}

/** Whether Cloudflare has the class of the stores, once the history of this file is deployed. */
export function hasKVClass(file: TomlTable): boolean {
  return isLive(stepsOf(file.migrations));
}

function stepsOf(value: unknown): Step[] {
  if (!Array.isArray(value)) return [];
  return value.filter((step): step is Step => isSettings(step) && typeof step.tag === "string");
}

const isSettings = (value: unknown): value is Settings =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const names = (step: Step, key: string): boolean => {
  const classes = step[key];
  return Array.isArray(classes) && classes.includes(kvClass);
};

const isOwn = (step: Step): boolean => names(step, "new_sqlite_classes") || names(step, "deleted_classes");

const isLive = (steps: readonly Step[]): boolean =>
  steps.reduce(
    (live, step) => (live || names(step, "new_sqlite_classes")) && !names(step, "deleted_classes"),
    false,
  );

/** The next number: two branches that both add a class then conflict where they should, in the merge. */
function freeTag(steps: readonly Step[]): string {
  let number = steps.length + 1;
  while (steps.some(({ tag }) => tag === `v${number}`)) number++;
  return `v${number}`;
}

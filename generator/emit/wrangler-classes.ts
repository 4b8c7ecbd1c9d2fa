/** The Durable Object sections of wrangler.toml: bindings, and the history of classes, to which is only appended. */
import type { TomlTable } from "smol-toml";
import type { Json } from "../../schema/data.ts";
import { type OwnClass, ownClasses } from "../model/own-classes.ts";

type Settings = Readonly<Record<string, Json>>;

/** The bindings that the config passes through, after our own. */
export function durableObjects(classes: readonly OwnClass[], passed: Settings): Record<string, Json> {
  const given = passed.durable_objects;
  const rest: Settings = isSettings(given) ? given : {};
  if (classes.length === 0) return given === undefined ? {} : { durable_objects: given };
  const others = Array.isArray(rest.bindings) ? rest.bindings : [];
  const own = classes.map(({ binding, className }) => ({ name: binding, class_name: className }));
  return { durable_objects: { ...rest, bindings: [...own, ...others] } };
}

/** One step of the history, as wrangler knows it. */
interface Step {
  readonly tag: string;
  readonly [key: string]: Json;
}

/**
 * The whole history: our own steps as the file has them, those of the config as the config has them, each at its
 * place; and a step for those of our classes that come or go.
 *
 * @param known The section of the file that is on disk.
 */
export function classHistory(
  classes: readonly OwnClass[],
  known: TomlTable,
  passed: Settings,
): Record<string, Json> {
  const given = stepsOf(passed.migrations);
  const before = stepsOf(known.migrations);
  const kept = before.flatMap((step) => {
    if (isOwn(step)) return [step];
    const same = given.find(({ tag }) => tag === step.tag);
    return same === undefined ? [] : [same];
  });
  const added = given.filter((step) => !kept.some(({ tag }) => tag === step.tag));
  const steps = [...kept, ...added];
  const step = {
    ...change("new_sqlite_classes", (own) => classes.includes(own) && !isThere(steps, own)),
    ...change("deleted_classes", (own) => !classes.includes(own) && isThere(steps, own)),
  };
  if (Object.keys(step).length > 0) steps.push({ tag: freeTag(steps), ...step });
  return steps.length === 0 ? {} : { migrations: steps };
}

/** The classes of ours that a step is about. */
function change(key: string, isMeant: (own: OwnClass) => boolean): Record<string, string[]> {
  const names = ownClasses.filter(isMeant).map(({ className }) => className);
  return names.length === 0 ? {} : { [key]: names };
}

/** Whether Cloudflare has a class of ours, once the history of this file is deployed. */
export const hasClass = (file: TomlTable, own: Pick<OwnClass, "className">): boolean =>
  isThere(stepsOf(file.migrations), own);

function stepsOf(value: unknown): Step[] {
  if (!Array.isArray(value)) return [];
  return value.filter((step): step is Step => isSettings(step) && typeof step.tag === "string");
}

const isSettings = (value: unknown): value is Settings =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const names = (step: Step, key: string, { className }: Pick<OwnClass, "className">): boolean => {
  const classes = step[key];
  return Array.isArray(classes) && classes.includes(className);
};

const isOwn = (step: Step): boolean =>
  ownClasses.some((own) => names(step, "new_sqlite_classes", own) || names(step, "deleted_classes", own));

const isThere = (steps: readonly Step[], own: Pick<OwnClass, "className">): boolean =>
  steps.reduce(
    (there, step) =>
      (there || names(step, "new_sqlite_classes", own)) && !names(step, "deleted_classes", own),
    false,
  );

/** The next number: two branches that both add a class then conflict where they should, in the merge. */
function freeTag(steps: readonly Step[]): string {
  let number = steps.length + 1;
  while (steps.some(({ tag }) => tag === `v${number}`)) number++;
  return `v${number}`;
}

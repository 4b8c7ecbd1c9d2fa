/** Where stores keep their data, from one release to the next: a change here would lose sight of it. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { ticketStore } from "../model/kv-names.ts";
import { sharding } from "../model/kv-placement.ts";
import type { KVModel, StoreModel } from "../model/types.ts";
import { dictionary } from "./dictionary.ts";
import { objectsError } from "./objects-error.ts";
import type { Snapshot, StoreState } from "./snapshot.ts";

/** The part of the snapshot that says where the stores are; nothing where there are none. */
export function storesOf(kv: KVModel | null): Pick<Snapshot, "stores"> {
  if (kv === null) return {};
  return { stores: dictionary(kv.stores.map((store) => [store.key, stateOf(store)])) };
}

const stateOf = ({ type, object, prefix, shards, shardBy }: StoreModel): StoreState => ({
  type,
  object,
  prefix,
  ...(shards === null ? {} : { shards }),
  ...(shardBy === null ? {} : { shardBy }),
});

/**
 * An error for each store whose data could not be found any more.
 *
 * @param hasClass Whether the history of classes in wrangler.toml has the one of the stores.
 */
export function reportStores(
  kv: KVModel | null,
  before: Readonly<Record<string, StoreState>>,
  hasClass: boolean,
): Diagnostic[] {
  const former = Object.entries(before);
  const lasting = former.filter(([key, state]) => !isPassing(key, state));
  if (kv === null) {
    // The class may be all that is known of stores, where the snapshot is gone.
    const isLost = lasting.length > 0 || (former.length === 0 && hasClass);
    return isLost ? [deletion(lasting.map(([key]) => key))] : [];
  }
  return lasting.flatMap(([key, state]) => {
    const heir =
      kv.stores.find((store) => store.key === key) ??
      kv.stores.find((store) => isSamePlace(stateOf(store), state) && store.type === state.type);
    return heir === undefined ? [removal(key, state, kv, before)] : changes(key, state, heir);
  });
}

/** Whether nobody misses the data: limits count anew within minutes, and clients ask for another ticket. */
const isPassing = (key: string, { type }: StoreState): boolean => type === "rateLimit" || key === ticketStore;

const isSamePlace = (a: StoreState, b: StoreState): boolean =>
  a.object === b.object && a.prefix === b.prefix && shardingOf(a) === shardingOf(b);

const shardingOf = ({ shards, shardBy }: StoreState): string =>
  sharding({ shards: shards ?? null, shardBy: shardBy ?? null });

function deletion(keys: readonly string[]): Diagnostic {
  const which = keys.length === 0 ? "" : ` of ${keys.map((key) => `\`${key}\``).join(", ")}`;
  return objectsError("COV1615", [], `Without any store, all data${which} would be deleted.`);
}

function removal(
  key: string,
  state: StoreState,
  kv: KVModel,
  before: Readonly<Record<string, StoreState>>,
): Diagnostic {
  const added = kv.stores.find((store) => !Object.hasOwn(before, store.key) && store.type === state.type);
  const message = `The store \`${key}\` is gone, and its data would stay in ${shardingOf(state)} under "${state.object}", unseen.`;
  if (added === undefined) return objectsError("COV1613", ["kv"], message);
  const options = [
    `prefix: "${state.prefix}"`,
    ...(added.object === state.object ? [] : [`name: "${state.object}"`]),
  ];
  const fix = `If \`${added.key}\` is its new name, write \`${options.join(", ")}\` there; else run \`covara gen --allow-destructive\`.`;
  return objectsError("COV1613", ["kv", added.key], message, fix);
}

function changes(key: string, before: StoreState, store: StoreModel): Diagnostic[] {
  const path = ["kv", store.key];
  if (store.type !== before.type) {
    const message = `\`${key}\` was a ${before.type} and is now a ${store.type}, which cannot read the data of the other.`;
    return [
      objectsError(
        "COV1613",
        path,
        message,
        `Give it another \`prefix\`, and run \`covara gen --allow-destructive\`.`,
      ),
    ];
  }
  const found: Diagnostic[] = [];
  if (store.prefix !== before.prefix) {
    const message = `The data of \`${key}\` has the prefix "${before.prefix}", not "${store.prefix}".`;
    found.push(objectsError("COV1613", path, message, `Write \`prefix: "${before.prefix}"\`.`));
  }
  const now = stateOf(store);
  const origin = store.movedFrom;
  if (isSamePlace(now, { ...before, prefix: now.prefix })) return found;
  if (shardingOf(now) === shardingOf(before)) {
    const message = `The data of \`${key}\` is in the object "${before.object}", not "${store.object}".`;
    return [...found, objectsError("COV1613", path, message, `Write \`name: "${before.object}"\`.`)];
  }
  const isFound =
    origin !== null &&
    before.shardBy === undefined &&
    origin.object === before.object &&
    origin.shards === (before.shards ?? null);
  if (isFound) return found;
  const message = `The data of \`${key}\` is in ${shardingOf(before)} under "${before.object}", and would now be sought in ${shardingOf(now)} under "${store.object}".`;
  return [...found, objectsError("COV1614", path, message, moveFix(before, store))];
}

function moveFix(before: StoreState, store: StoreModel): string {
  const discard = "run `covara gen --allow-destructive` to go on without the data";
  if (store.type === "session") return `Take the change back; or ${discard}: everybody has to sign in again.`;
  if (before.shardBy !== undefined || store.shardBy !== null) return `Take the change back, or ${discard}.`;
  const shards = before.shards ?? 1;
  const usual = shards > 1 ? store.key : "main";
  const options = [
    ...(before.object === usual ? [] : [`name: "${before.object}"`]),
    `reshardFrom: ${shards}`,
  ];
  return `Write \`${options.join(", ")}\`: the keys then move when their objects are first used.`;
}

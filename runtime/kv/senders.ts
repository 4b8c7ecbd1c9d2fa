/** The three ways of a command to its object: over RPC, into a queue, or straight to the engine. */
import { type Definition, type Definitions, hasKeys, type Standalone } from "./definition.ts";
import { KVError } from "./errors.ts";
import { literalPrefix } from "./glob.ts";
import { commonObject, isSpread, objectsOf, type Placement, tagOf } from "./placement.ts";
import { type Command, type Page, Queued, type Scan, type Sender } from "./replies.ts";

/** Sends one command to an object and gives its plain reply. */
export type Post = (object: string, command: Command) => Promise<unknown>;

/** For callers outside the object. */
export function promiseSender({ options }: Definition, store: string, post: Post): Sender<"promise"> {
  const place = new Place(options);
  return {
    send: async <Raw, T>(
      command: string,
      keys: readonly string[],
      args: () => readonly unknown[],
      decode: (raw: Raw) => T,
    ) => decode((await post(place.of(command, keys), { store, command, args: args() })) as Raw),
    page<Raw, Item>(
      command: string,
      key: string,
      cursor: string,
      options: unknown,
      decode: (raw: Raw) => Item,
    ) {
      return scan(cursor, async (from) => {
        const args = [key, from, options];
        const raw = (await post(place.of(command, [key]), { store, command, args })) as Page<Raw>;
        return { cursor: raw.cursor, items: raw.items.map(decode) };
      });
    },
    async everywhere(command, args) {
      const objects = place.matching(command, args[0]);
      const lists = await Promise.all(objects.map((object) => post(object, { store, command, args })));
      return (lists as string[][]).flat();
    },
    walk: (command, cursor, options) =>
      scan(cursor, async (from) => {
        const objects = place.matching(command, matchOf(options));
        const [index, inner] = objects.length === 1 ? [0, from] : splitCursor(from, objects.length);
        const args = [inner, options];
        const page = (await post(objects[index] ?? "", { store, command, args })) as Page<string>;
        return objects.length === 1
          ? page
          : { ...page, cursor: joinCursor(index, page.cursor, objects.length) };
      }),
  };
}

/** For `multi` and `pipeline`. `note` is told of each command that is made. */
export function queueSender(
  { options }: Definition,
  store: string,
  note: (queued: Queued<unknown>) => void,
): Sender<"queued"> {
  const place = new Place(options);
  const queue = <Raw, T>(
    object: string,
    command: string,
    args: readonly unknown[],
    decode: (raw: Raw) => T,
  ): Queued<T> => {
    const queued = new Queued({ store, command, args }, object, (raw) => decode(raw as Raw));
    note(queued);
    return queued;
  };
  return {
    send: (command, keys, args, decode) => queue(place.of(command, keys), command, args(), decode),
    page: <Raw, Item>(
      command: string,
      key: string,
      cursor: string,
      options: unknown,
      decode: (raw: Raw) => Item,
    ) =>
      queue(place.of(command, [key]), command, [key, cursor, options], (raw: Page<Raw>) => ({
        cursor: raw.cursor,
        items: raw.items.map(decode),
      })),
    everywhere: (command, args) => queue(place.only(command, args[0]), command, args, (raw: string[]) => raw),
    walk: (command, cursor, options) =>
      queue(place.only(command, matchOf(options)), command, [cursor, options], (raw: Page<string>) => raw),
  };
}

/**
 * For functions of the config, which run inside an object.
 *
 * @param object Name of that object. What a key of another one held would never be found again, so naming one fails.
 */
export function valueSender(
  { options }: Definition,
  store: string,
  object: string,
  execute: (command: Command) => unknown,
): Sender<"value"> {
  const place = new Place(options);
  const run = (target: string, command: string, args: readonly unknown[]): unknown => {
    if (target === object) return execute({ store, command, args });
    throw new KVError(
      "CROSSSLOT",
      `${store}.${command} needs the object ${JSON.stringify(target)}, but the function runs in ${JSON.stringify(object)}.`,
    );
  };
  return {
    send: <Raw, T>(
      command: string,
      keys: readonly string[],
      args: () => readonly unknown[],
      decode: (raw: Raw) => T,
    ) => decode(run(place.of(command, keys), command, args()) as Raw),
    page<Raw, Item>(
      command: string,
      key: string,
      cursor: string,
      options: unknown,
      decode: (raw: Raw) => Item,
    ) {
      const raw = run(place.of(command, [key]), command, [key, cursor, options]) as Page<Raw>;
      return { cursor: raw.cursor, items: raw.items.map(decode) };
    },
    everywhere: (command, args) => run(place.only(command, args[0]), command, args) as string[],
    walk: (command, cursor, options) =>
      run(place.only(command, matchOf(options)), command, [cursor, options]) as Page<string>,
  };
}

/**
 * An object with the commands of each store, made when they are first used.
 *
 * @param connect Makes those of standalone stores. They are left out where it is.
 */
export function bindStores(
  definitions: Definitions,
  bind: (store: string, definition: Definition) => object,
  connect?: (store: string, definition: Standalone) => object,
): object {
  const stores = Object.create(null) as object;
  for (const [store, definition] of Object.entries(definitions)) {
    const make = hasKeys(definition)
      ? () => bind(store, definition)
      : connect && (() => connect(store, definition));
    if (make === undefined) continue;
    Object.defineProperty(stores, store, {
      enumerable: true,
      configurable: true,
      get() {
        const commands = make();
        Object.defineProperty(stores, store, { value: commands, enumerable: true });
        return commands;
      },
    });
  }
  return stores;
}

/** Where the commands of one store go. */
class Place {
  readonly #placement: Placement;

  constructor(placement: Placement) {
    this.#placement = placement;
  }

  of(command: string, keys: readonly string[]): string {
    for (const key of keys) {
      if (typeof key !== "string")
        throw new KVError("INVALID_ARGUMENT", `${command}: a key must be a string.`);
    }
    return commonObject(this.#placement, keys, command);
  }

  /** The objects that may hold keys which match a pattern: one, where its literal beginning has a whole tag. */
  matching(command: string, pattern: unknown): readonly string[] {
    const { object, shards } = this.#placement;
    if (!isSpread(this.#placement)) return [object];
    const prefix = typeof pattern === "string" ? literalPrefix(pattern) : "";
    if (tagOf(prefix) !== prefix) return [this.of(command, [prefix])];
    if (shards !== undefined) return objectsOf(this.#placement);
    throw new KVError(
      "CROSSSLOT",
      `${command} needs a pattern that begins with a {tag}: each tag has an object of its own.`,
    );
  }

  /** The one object of a command that has to run as part of a batch. */
  only(command: string, pattern: unknown): string {
    const [object = "", ...others] = this.matching(command, pattern);
    if (others.length === 0) return object;
    throw new KVError(
      "CROSSSLOT",
      `${command} would have to ask ${others.length + 1} objects. Begin the pattern with a {tag}.`,
    );
  }
}

const matchOf = (options: unknown): unknown =>
  typeof options === "object" && options !== null && "match" in options ? options.match : undefined;

/** Cursors over several objects name the object: `3>user:1`. */
function splitCursor(cursor: string, objects: number): [index: number, inner: string] {
  if (cursor === "0") return [0, "0"];
  const [, index = "", inner = ""] = /^(\d{1,4})(>.*)?$/s.exec(cursor) ?? [];
  if (index === "" || Number(index) >= objects) {
    throw new KVError("INVALID_CURSOR", 'The cursor is not one that a scan gave. Begin with "0".');
  }
  return [Number(index), inner === "" ? "0" : inner];
}

function joinCursor(index: number, inner: string, objects: number): string {
  if (inner !== "0") return `${index}${inner}`;
  return index + 1 < objects ? String(index + 1) : "0";
}

/** A page as a promise, and all pages from it on as an iterator. */
function scan<Item>(cursor: string, load: (cursor: string) => Promise<Page<Item>>): Scan<Item> {
  const first = load(cursor);
  return Object.assign(first, {
    async *[Symbol.asyncIterator]() {
      for (let page = await first; ; page = await load(page.cursor)) {
        yield* page.items;
        if (page.cursor === "0") return;
      }
    },
  });
}

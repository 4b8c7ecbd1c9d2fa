/** The three ways of a command to its object: over RPC, into a queue, or straight to the engine. */
import { kindOf } from "./checks.ts";
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
    ) => {
      const name = `${store}.${command}`;
      const object = named(name, () => place.of(keys));
      const raw = await post(object, { store, command, args: named(name, args) });
      return named(name, () => decode(raw as Raw));
    },
    page<Raw, Item>(
      command: string,
      key: string,
      cursor: string,
      options: unknown,
      decode: (raw: Raw) => Item,
    ) {
      return scan(cursor, async (from) => {
        const name = `${store}.${command}`;
        const object = named(name, () => place.of([key]));
        const raw = (await post(object, { store, command, args: [key, from, options] })) as Page<Raw>;
        return named(name, () => decodePage(raw, decode));
      });
    },
    async everywhere(command, args) {
      const objects = named(`${store}.${command}`, () => place.matching(args[0]));
      const lists = await Promise.all(objects.map((object) => post(object, { store, command, args })));
      return (lists as string[][]).flat();
    },
    walk: (command, cursor, options) =>
      scan(cursor, async (from) => {
        const [objects, index, inner] = named(`${store}.${command}`, () => {
          const found = place.matching(matchOf(options));
          return [
            found,
            ...(found.length === 1 ? ([0, from] as const) : splitCursor(from, found.length)),
          ] as const;
        });
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
    command: string,
    object: () => string,
    args: () => readonly unknown[],
    decode: (raw: Raw) => T,
  ): Queued<T> => {
    const name = `${store}.${command}`;
    const read = (raw: unknown): T => named(name, () => decode(raw as Raw));
    let queued: Queued<T>;
    try {
      const call = { store, command, args: named(name, args) };
      queued = new Queued(call, named(name, object), read);
    } catch (error) {
      if (!(error instanceof KVError)) throw error;
      queued = new Queued({ store, command, args: [] }, "", read, error);
    }
    note(queued);
    return queued;
  };
  return {
    send: (command, keys, args, decode) => queue(command, () => place.of(keys), args, decode),
    page: <Raw, Item>(
      command: string,
      key: string,
      cursor: string,
      options: unknown,
      decode: (raw: Raw) => Item,
    ) =>
      queue(
        command,
        () => place.of([key]),
        () => [key, cursor, options],
        (raw: Page<Raw>) => decodePage(raw, decode),
      ),
    everywhere: (command, args) =>
      queue(
        command,
        () => place.only(args[0]),
        () => args,
        (raw: string[]) => raw,
      ),
    walk: (command, cursor, options) =>
      queue(
        command,
        () => place.only(matchOf(options)),
        () => [cursor, options],
        (raw: Page<string>) => raw,
      ),
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
  const run = <T>(
    command: string,
    target: () => string,
    args: () => readonly unknown[],
    decode: (raw: unknown) => T,
  ): T =>
    named(`${store}.${command}`, () => {
      const wanted = target();
      if (wanted === object) return decode(execute({ store, command, args: args() }));
      throw new KVError(
        "CROSSSLOT",
        `The key lives in the object ${JSON.stringify(wanted)}, but the function runs in ${JSON.stringify(object)}.`,
      );
    });
  return {
    send: <Raw, T>(
      command: string,
      keys: readonly string[],
      args: () => readonly unknown[],
      decode: (raw: Raw) => T,
    ) =>
      run(
        command,
        () => place.of(keys),
        args,
        (raw) => decode(raw as Raw),
      ),
    page: <Raw, Item>(
      command: string,
      key: string,
      cursor: string,
      options: unknown,
      decode: (raw: Raw) => Item,
    ) =>
      run(
        command,
        () => place.of([key]),
        () => [key, cursor, options],
        (raw) => decodePage(raw as Page<Raw>, decode),
      ),
    everywhere: (command, args) =>
      run(
        command,
        () => place.only(args[0]),
        () => args,
        (raw) => raw as string[],
      ),
    walk: (command, cursor, options) =>
      run(
        command,
        () => place.only(matchOf(options)),
        () => [cursor, options],
        (raw) => raw as Page<string>,
      ),
  };
}

/** Runs a part of a command on the caller's side. Its errors say which command it is. */
function named<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (!(cause instanceof KVError)) throw cause;
    throw new KVError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

const decodePage = <Raw, Item>({ cursor, items }: Page<Raw>, decode: (raw: Raw) => Item): Page<Item> => ({
  cursor,
  items: items.map(decode),
});

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

  of(keys: readonly string[]): string {
    for (const key of keys) {
      if (typeof key !== "string")
        throw new KVError("INVALID_ARGUMENT", `A key must be a string, not ${kindOf(key)}.`);
    }
    return commonObject(this.#placement, keys);
  }

  /** The objects that may hold keys which match a pattern: one, where its literal beginning has a whole tag. */
  matching(pattern: unknown): readonly string[] {
    const { object, shards } = this.#placement;
    if (!isSpread(this.#placement)) return [object];
    const prefix = typeof pattern === "string" ? literalPrefix(pattern) : "";
    if (tagOf(prefix) !== prefix) return [this.of([prefix])];
    if (shards !== undefined) return objectsOf(this.#placement);
    throw new KVError("CROSSSLOT", "The pattern must begin with a {tag}: each tag has an object of its own.");
  }

  /** The one object of a command that has to run as part of a batch. */
  only(pattern: unknown): string {
    const [object = "", ...others] = this.matching(pattern);
    if (others.length === 0) return object;
    throw new KVError(
      "CROSSSLOT",
      `This would ask ${others.length + 1} objects. Begin the pattern with a {tag}.`,
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

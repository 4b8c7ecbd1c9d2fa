/** A list of rows that follows the server, and shows writes before they are answered. */
import { rowPath } from "../operations.ts";
import type { ApiRequest, Send } from "../transport.ts";
import { filterOf } from "../where.ts";
import { openStream, type Stream } from "./connection.ts";
import { changedRow, newId, newRow, pick, plain, type RowFields, withDates } from "./fields.ts";
import { LiveList } from "./list.ts";
import type { AnyLiveOptions, LiveSnapshot, LiveStore } from "./live.ts";
import { type AnyRow, matcher } from "./matches.ts";
import { run } from "./observe.ts";
import type { Write } from "./optimistic.ts";
import { comparator } from "./order.ts";

/** Milliseconds between the last listener's leave and the end of the connection. */
const grace = 5_000;

/** Milliseconds between two calls of the listeners, at least: as long as a screen shows one picture. */
const frame = 16;

/** Milliseconds between looks for answers that the stream never told. */
const sweep = 2_000;

/** What a store is made of, besides its options. */
export interface LiveResource extends RowFields {
  readonly send: Send;
  /** Path of the resource: `/api/todos`. */
  readonly path: string;
  /** What sends each kind of write. */
  readonly writes: { readonly create?: Send; readonly update?: Send; readonly delete?: Send };
}

/** What a store can do, whatever its rows are. */
export interface AnyLiveStore extends LiveStore<AnyRow> {
  create(input: object, known?: object): Promise<AnyRow | null>;
  update(id: string, patch: object): Promise<AnyRow | null>;
  delete(id: string): Promise<void>;
}

/**
 * The call that opens live lists of a resource.
 *
 * @param resource What the generated client knows of its rows.
 * @param writes What sends each kind of write.
 */
export const living = (
  send: Send,
  path: string,
  resource: RowFields,
  writes: LiveResource["writes"],
): { live: (options?: AnyLiveOptions) => never } => ({
  // What its rows are, the types of each resource say: `never` fits all of them.
  live: (options = {}) => liveStore({ ...resource, send, path, writes }, options) as never,
});

/** Opens a live list. */
export function liveStore(resource: LiveResource, options: AnyLiveOptions): AnyLiveStore {
  const { send, path, version } = resource;
  const { where = {}, orderBy = [], limit = Number.POSITIVE_INFINITY, select, onError } = options;
  if (!(limit >= 1)) throw new RangeError(`limit is ${limit}: a list shows at least one row.`);

  const looked = new Set(version === undefined ? ["id"] : ["id", version]);
  const look = (name: string): void => void looked.add(name);
  const matches = matcher(where, resource.times, look);
  const compare = comparator(orderBy, look);
  const wanted = select === undefined ? resource.fields : [...new Set([...select, ...looked])];
  const isSame = (a: AnyRow, b: AnyRow): boolean =>
    wanted.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));

  const listeners = new Set<() => void>();
  let stream: Stream | null = null;
  let isClosed = false;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let sweeping: ReturnType<typeof setTimeout> | undefined;
  let isScheduled = false;
  let toldAt = 0;
  let told: LiveSnapshot<AnyRow> | null = null;

  const { dates } = resource;
  const list = new LiveList({
    ...(dates && { show: (row: AnyRow) => withDates(row, dates) }),
    compare,
    matches,
    isSame,
    version,
    limit,
    changed: () => schedule(),
  });

  const tell = (): void => {
    isScheduled = false;
    const { snapshot } = list;
    if (snapshot === told) return;
    told = snapshot;
    toldAt = Date.now();
    for (const listener of [...listeners]) run(listener);
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    const delay = toldAt + frame - Date.now();
    if (delay > 0) setTimeout(tell, delay);
    else queueMicrotask(tell);
  };
  /** Lets go of answers that the stream does not tell, now and then, while there are any. */
  const watchAnswers = (): void => {
    sweeping ??= setTimeout(() => {
      sweeping = undefined;
      if (list.isLive && list.optimistic.expire()) watchAnswers();
    }, sweep);
  };

  const end = (error: unknown): void => {
    isClosed = true;
    const open = stream;
    stream = null;
    open?.close();
    if (leaving !== undefined) clearTimeout(leaving);
    if (sweeping !== undefined) clearTimeout(sweeping);
    list.end(error);
  };
  const open = (): void => {
    const parameters = { filter: filterOf({ where }), select: select && wanted, snapshot: true };
    const own = openStream(send, `${path}/subscribe`, parameters, {
      opened: (isResumed) => {
        list.opened(isResumed);
        watchAnswers();
      },
      event: (event) => {
        if (event.type === "invalidate") return own.restart();
        try {
          list.event(event);
        } catch (error) {
          end(error);
        }
      },
      state: (state, error) => {
        if (state !== "closed") list.state(state, error);
        else if (error !== null) end(error);
      },
    });
    stream = own;
  };

  const request = (sender: Send | undefined, body: ApiRequest): Promise<AnyRow | null> => {
    if (sender === undefined) throw new TypeError(`Nobody may ${body.method} ${path}.`);
    return sender<AnyRow | null>(body);
  };
  const write = (
    id: string,
    { send: sendIt, ...rest }: Pick<Write, "guess" | "send" | "isCreate" | "made" | "settled">,
  ): Promise<AnyRow | null> => {
    const promise = new Promise<AnyRow | null>((resolve, reject) => {
      let answer: AnyRow | null = null;
      list.optimistic.add(id, {
        ...rest,
        send: async (at, known) => {
          answer = await sendIt(at, known);
          // As it is in JSON, where clients have moments as `Date`.
          return answer && pick(plain(answer), wanted);
        },
        resolve: () => {
          watchAnswers();
          resolve(answer);
        },
        reject: (error) => {
          reject(error);
          if (onError !== undefined) run(() => onError(error));
        },
      });
    });
    // Who is told of errors need not look at each promise, too.
    if (onError !== undefined) promise.catch(() => undefined);
    tell();
    return promise;
  };

  return {
    getSnapshot: () => list.snapshot,
    subscribe: (listener) => {
      // A listener that is given twice is called twice, and each time ended by itself.
      const own = (): void => listener();
      listeners.add(own);
      if (leaving !== undefined) clearTimeout(leaving);
      if (stream === null && !isClosed) open();
      return () => {
        if (!listeners.delete(own) || listeners.size > 0 || isClosed) return;
        leaving = setTimeout(() => {
          stream?.close();
          stream = null;
          list.state("connecting", null);
        }, grace);
      };
    },
    loadMore: () => {
      list.loadMore();
      tell();
    },
    refetch: () => stream?.restart(),
    close: () => {
      if (!isClosed) end(null);
      tell();
    },
    create: (input, known = {}) => {
      const given = plain(input);
      const id = typeof given.id === "string" ? given.id : newId();
      const row = newRow(resource, wanted, { ...given, id }, plain(known));
      const { isIdChosen = false } = resource;
      const settle = isIdChosen ? undefined : list.held.begin();
      return write(id, {
        isCreate: true,
        guess: (base) => base ?? row,
        send: async () =>
          request(resource.writes.create, {
            method: "POST",
            path,
            body: isIdChosen ? { ...given, id } : given,
          }),
        made: (made) => list.held.release(made),
        settled: () => {
          for (const free of settle?.() ?? []) list.refresh(free);
        },
      });
    },
    update: (id, patch) => {
      const given = plain(patch);
      return write(list.optimistic.idOf(id), {
        isCreate: false,
        guess: (row) => row && changedRow(resource, wanted, row, given),
        send: async (at, row) => {
          const known = version === undefined ? undefined : row?.[version];
          list.hold(at);
          const isNamed = resource.isVersionRequired === true && typeof known === "number";
          return request(resource.writes.update, {
            method: "PATCH",
            path: rowPath("PATCH", path, at),
            body: given,
            ...(isNamed && { ifMatch: `"${known}"` }),
          });
        },
      });
    },
    delete: async (id) => {
      await write(list.optimistic.idOf(id), {
        isCreate: false,
        guess: () => null,
        send: async (at) =>
          request(resource.writes.delete, { method: "DELETE", path: rowPath("DELETE", path, at) }),
      });
    },
  };
}

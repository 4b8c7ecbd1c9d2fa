/** A list of rows that follows the server, and shows writes before they are answered. */
import { rowPath } from "../operations.ts";
import type { ApiRequest, Send } from "../transport.ts";
import { filterOf } from "../where.ts";
import { openStream } from "./connection.ts";
import { changedRow, newId, newRow, pick, plain, type RowFields } from "./fields.ts";
import { liveList } from "./list.ts";
import { Listeners } from "./listeners.ts";
import type { AnyLiveOptions, LiveStore } from "./live.ts";
import { type AnyRow, matcher } from "./matches.ts";
import { run } from "./observe.ts";
import type { Write } from "./optimistic.ts";
import { comparator } from "./order.ts";

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

  let isSweeping = false;
  const { dates } = send;
  const list = liveList({
    ...(dates && { show: (row: AnyRow) => dates.row(path, row) }),
    compare,
    matches,
    isSame,
    version,
    limit,
    changed: () => listeners.changed(),
  });

  /** Lets go of answers that the stream does not tell, now and then, while there are any. */
  const watchAnswers = (): void => {
    if (isSweeping) return;
    isSweeping = true;
    setTimeout(() => {
      isSweeping = false;
      if (list.isLive && list.optimistic.expire()) watchAnswers();
    }, sweep);
  };

  const listeners = new Listeners(list, (state) => {
    const parameters = { filter: filterOf({ where }), select: select && wanted, snapshot: true };
    const stream = openStream(send, `${path}/subscribe`, parameters, {
      opened: (isResumed) => {
        list.opened(isResumed);
        watchAnswers();
      },
      event: (event) => {
        if (event.type === "invalidate") return stream.restart();
        try {
          list.event(event);
        } catch (error) {
          listeners.end(error);
        }
      },
      state,
    });
    return stream;
  });

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
    listeners.tell();
    return promise;
  };

  return {
    ...listeners.store,
    loadMore: () => {
      list.loadMore();
      listeners.tell();
    },
    create: (input, known = {}) => {
      const given = plain(input);
      const id = typeof given.id === "string" ? given.id : newId();
      const row = newRow(resource, wanted, { ...given, id }, plain(known));
      const { isIdChosen = false } = resource;
      return write(id, {
        isCreate: true,
        guess: (base) => base ?? row,
        send: async () =>
          request(resource.writes.create, {
            method: "POST",
            path,
            body: isIdChosen ? { ...given, id } : given,
          }),
        ...(isIdChosen ? {} : list.held.begin()),
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

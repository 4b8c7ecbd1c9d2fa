/** Writes of a resource, in the form that TanStack Query takes. */
import type { QueryClient } from "@tanstack/react-query";
import {
  type Affected,
  confirm,
  guessGone,
  guessValues,
  hold,
  type Row,
  refresh,
  type Undo,
} from "./cache.ts";
import type { ResourceKeys } from "./keys.ts";
import type { CallError } from "./queries.ts";

/** What `useMutation` takes. Its callbacks keep the cache in order: more of them belong to the hooks or to `mutate`. */
export interface Mutation<Answer, Variables> {
  readonly mutationKey: readonly [api: string, resource: string];
  readonly mutationFn: (variables: Variables) => Promise<Answer>;
  /** Shows what the write will lead to. */
  readonly onMutate: (variables: Variables) => Promise<Undo>;
  readonly onError: (error: CallError, variables: Variables, undo: Undo | undefined) => void;
  readonly onSuccess: (answer: Answer, variables: Variables) => void;
  /** Has everything read again that may have changed. */
  readonly onSettled: () => void;
}

/** The row that a write is meant for. */
export interface RowVariables {
  readonly id: string;
}

/** What to change of a row. */
export interface PatchVariables<Patch> extends RowVariables {
  readonly patch: Patch;
}

/** What to put in place of a row, or to give its procedure. */
export interface InputVariables<Input> extends RowVariables {
  readonly input: Input;
}

/** Makes a mutation for a client, with the cache that it keeps in order. */
export type MutationMaker<Client, Answer, Variables> = (
  client: Client,
  cache: QueryClient,
) => Mutation<Answer, Variables>;

/** How a write is sent. */
type Call<Client, Answer, Variables> = (client: Client, variables: Variables) => Promise<Answer>;

/**
 * The kinds of mutations that a resource can have.
 *
 * @param affected The other resources whose rows its writes may change; `"all"` where nobody can tell.
 */
export function mutations<Client>(keys: ResourceKeys, affected: Affected) {
  const maker =
    <Answer, Variables>(
      call: Call<Client, Answer, Variables>,
      { guess = () => () => undefined, touched = affected, gives = "rows" }: Manner<Variables> = {},
    ): MutationMaker<Client, Answer, Variables> =>
    (client, cache) => ({
      mutationKey: keys.all,
      mutationFn: (variables) => call(client, variables),
      onMutate: async (variables) => {
        await hold(cache, keys);
        return guess(cache, variables);
      },
      onError: (_error, _variables, undo) => undo?.(),
      onSuccess: (answer) => {
        if (gives === "rows") for (const row of [answer].flat()) if (isRow(row)) confirm(cache, keys, row);
      },
      onSettled: () => refresh(cache, keys, touched),
    });
  return {
    /** Nothing is shown ahead: what a new row will be like, and where it belongs, the server knows. */
    writing: <Answer, Variables = void>(call: Call<Client, Answer, Variables>) => maker(call),
    /** The new values are shown at once. */
    updating: <Answer, Variables extends PatchVariables<object>>(call: Call<Client, Answer, Variables>) =>
      maker(call, { guess: (cache, { id, patch }) => guessValues(cache, keys, id, patch as Row) }),
    /** The new values are shown at once. */
    replacing: <Answer, Variables extends InputVariables<object>>(call: Call<Client, Answer, Variables>) =>
      maker(call, { guess: (cache, { id, input }) => guessValues(cache, keys, id, input as Row) }),
    /** Lists are shown without the row at once. */
    deleting: <Answer, Variables extends RowVariables>(call: Call<Client, Answer, Variables>) =>
      maker(call, { guess: (cache, { id }) => guessGone(cache, keys, id) }),
    /** A procedure may change whatever it likes. */
    calling: <Answer, Variables = void>(call: Call<Client, Answer, Variables>) =>
      maker<Answer, Variables>(async (client, variables) => call(client, variables), {
        touched: "all",
        gives: "something else",
      }),
  };
}

/** What a write does ahead, and what it makes stale. */
interface Manner<Variables> {
  readonly guess?: (cache: QueryClient, variables: Variables) => Undo;
  readonly touched?: Affected;
  /** Whether the answer is rows of the resource, as they are now, or null. */
  readonly gives?: "rows" | "something else";
}

const isRow = (answer: unknown): answer is Row =>
  typeof answer === "object" && answer !== null && "id" in answer;

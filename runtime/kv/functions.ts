/** Runs functions of the config inside the object. */
import type { KVFunction } from "./definition.ts";
import { KVError } from "./errors.ts";
import type { Command } from "./replies.ts";
import { sizeOf } from "./size.ts";
import type { TrackedSql } from "./sql.ts";

/** A call of a function. */
export interface FunctionCall {
  readonly name: string;
  readonly body: KVFunction;
  readonly args: readonly unknown[];
}

type Execute = (command: Command) => unknown;

/**
 * Runs a function with the stores that `bind` makes, inside the transaction of its caller.
 *
 * @param execute Runs a command of those stores.
 * @throws KVError `FUNCTION_FAILED`, or what a command threw: then the caller has to undo what was written.
 */
export function callFunction(
  { name, body, args }: FunctionCall,
  sql: TrackedSql,
  execute: Execute,
  bind: (execute: Execute) => object,
): unknown {
  let hasEnded = false;
  let broken: { readonly error: unknown } | undefined;
  const stores = bind((command) => {
    if (hasEnded) {
      throw new KVError(
        "FUNCTION_FAILED",
        `The function ${name} has ended, and its transaction with it. Nothing may use its stores later.`,
      );
    }
    const { writes } = sql;
    try {
      return execute(command);
    } catch (error) {
      if (sql.writes !== writes) broken ??= { error };
      throw error;
    }
  });
  try {
    const result = run(body, name, [stores, ...args]);
    // A function may catch what a command throws, but not keep the half of it that was written.
    if (broken === undefined) return checkResult(result, name);
  } catch (error) {
    if (broken === undefined) throw error;
  } finally {
    hasEnded = true;
  }
  throw broken.error;
}

function run(body: KVFunction, name: string, args: readonly unknown[]): unknown {
  try {
    return Reflect.apply(body, undefined, args);
  } catch (cause) {
    if (cause instanceof KVError) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new KVError("FUNCTION_FAILED", `The function ${name} failed. ${reason}`, { cause });
  }
}

/** What a function replies has to be there when its transaction ends, and to travel. */
function checkResult(result: unknown, name: string): unknown {
  if (typeof result === "object" && result !== null && "then" in result) {
    // The call fails in any case. That the promise fails too must not end the process as an error nobody handles.
    Promise.resolve(result).catch(() => {});
    throw new KVError(
      "FUNCTION_FAILED",
      `The function ${name} returned a promise. Functions run inside one transaction, so they must be synchronous.`,
    );
  }
  try {
    sizeOf(result);
  } catch (cause) {
    if (!(cause instanceof KVError)) throw cause;
    throw new KVError("FUNCTION_FAILED", `What the function ${name} returned is not data. ${cause.message}`, {
      cause,
    });
  }
  return result;
}

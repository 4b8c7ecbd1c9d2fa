/**
 * A database that answers at once with what a real one answered before. What is measured on it is the Worker alone:
 * no SQL runs, and both contenders get the rows in the form that they ask for.
 */
import { type Answer, type Binding, type Execute, makeBinding, sourceOf } from "./binding.ts";

/** Answers by statement text. The parameters do not matter: a request is always repeated as it was. */
export type Recording = Record<string, Answer>;

/** A binding that runs statements and keeps their answers. */
export function record(execute: Execute, recording: Recording): Binding {
  return makeBinding(
    sourceOf((sql, values) => {
      const answer = execute(sql, values);
      recording[sql] = answer;
      return answer;
    }),
  );
}

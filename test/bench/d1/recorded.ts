/**
 * A database that answers at once with what a real one answered before. What is measured on it is the Worker alone:
 * no SQL runs, and both contenders get the rows in the form that they ask for.
 */
import { type Answer, type Binding, type Execute, makeBinding, sourceOf } from "./binding.ts";

/** Answers by statement text. The parameters do not matter: a request is always repeated as it was. */
export type Recording = Record<string, Answer>;

/** What a request asks of the database. */
export interface Trips {
  roundTrips: number;
  statements: number;
}

/** A binding that runs statements, keeps their answers, and counts how they come. */
export function record(execute: Execute, recording: Recording, trips: Trips): Binding {
  const source = sourceOf((sql, values) => {
    const answer = execute(sql, values);
    recording[sql] = answer;
    return answer;
  });
  return makeBinding({
    ...source,
    onRoundTrip: (statements) => {
      trips.roundTrips += 1;
      trips.statements += statements;
    },
  });
}

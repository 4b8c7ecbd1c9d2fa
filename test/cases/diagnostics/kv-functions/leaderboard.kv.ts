import { wrapped } from "./wrapped.ts";

export { passedOn } from "./passed-on.ts";
export { wrapped };

export function submit(): number {
  return 1;
}

export const limit = 10;

export class Ranking {}

export async function load(): Promise<number> {
  return 1;
}

export const later = async (): Promise<number> => 1;

export function* each(): Generator<number> {
  yield 1;
}

export function zadd(): number {
  return 1;
}

export const expire = (): number => 1;

export const encode = (): number => 1;

export { submit as constructor };

export default submit;

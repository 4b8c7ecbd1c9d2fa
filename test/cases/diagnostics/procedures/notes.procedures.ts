import { later } from "./later.ts";

export const publish = async (input: unknown, context: unknown, more: unknown): Promise<unknown> => [
  input,
  context,
  more,
];
export const share = { not: "a function" };
export const shred = 1;
const send = (): void => {};

export { later as archiveAll, send as sendMali };

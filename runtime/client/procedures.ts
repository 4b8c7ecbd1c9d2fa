/** Calls of procedures: of a resource as a whole, or of one of its rows; with input or without. */
import { rowPath } from "./operations.ts";
import type { CallOptions, Send } from "./transport.ts";

/** A procedure that takes nothing. */
export const calling =
  <Output>(send: Send, path: string) =>
  (options?: CallOptions): Promise<Output> =>
    send({ ...options, method: "POST", path });

/** A procedure that takes input. */
export const callingWith =
  <Input, Output>(send: Send, path: string) =>
  (input: Input, options?: CallOptions): Promise<Output> =>
    send({ ...options, method: "POST", path, body: input });

/** A procedure of a row that takes nothing. @param path Of the collection. @param name Its path segment. */
export const callingRow =
  <Output>(send: Send, path: string, name: string) =>
  async (id: string, options?: CallOptions): Promise<Output> =>
    send({ ...options, method: "POST", path: `${rowPath("POST", path, id)}/${name}` });

/** A procedure of a row that takes input. @param path Of the collection. @param name Its path segment. */
export const callingRowWith =
  <Input, Output>(send: Send, path: string, name: string) =>
  async (id: string, input: Input, options?: CallOptions): Promise<Output> =>
    send({ ...options, method: "POST", path: `${rowPath("POST", path, id)}/${name}`, body: input });

/** Objects of the document. */
import type { Json } from "../../../schema/data.ts";

/** An object of the document: of OpenAPI itself, or a JSON Schema. */
export type Node = { readonly [key: string]: Json };

/** The object without the members that are undefined. */
export const node = (members: { readonly [key: string]: Json | undefined }): Node =>
  Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );

/** A list, or undefined for an empty one. */
export const some = <T>(items: readonly T[]): readonly T[] | undefined =>
  items.length === 0 ? undefined : items;

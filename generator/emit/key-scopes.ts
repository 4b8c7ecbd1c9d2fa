/** What is emitted where programs carry keys, whose scopes every route has to ask for. */
import type { Model, ResourceModel } from "../model/types.ts";
import { quote } from "./text.ts";

/** Whether some callers are known by keys. */
export const hasKeys = ({ auth }: Pick<Model, "auth">): boolean =>
  auth?.providers.some(({ type }) => type === "apiKey") ?? false;

/** The scope of one resource, as an expression. */
export const keyScope = ({ key }: Pick<ResourceModel, "key">, access: "read" | "write"): string =>
  quote(`${key}:${access}`);

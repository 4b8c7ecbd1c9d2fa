/** How callers identify themselves. */
import type { Model, Rule } from "../../model/types.ts";
import type { Endpoint } from "../endpoints.ts";
import { isOwned } from "../new-row.ts";
import { anyDepends, isOpen } from "./callers.ts";
import type { ResourceContext } from "./context.ts";
import type { Node } from "./node.ts";

const scheme = "identity";

/** The schemes of the document; null where nobody is ever signed in. */
export function securitySchemes({ auth }: Model): Node | null {
  if (auth === null) return null;
  const [provider] = auth.providers;
  if (provider?.type !== "custom") {
    return {
      [scheme]: {
        type: "apiKey",
        in: "cookie",
        name: "__Host-session",
        description:
          "The session of a user who signed in. Pages of other origins may read, and change nothing.",
      },
    };
  }
  return {
    [scheme]: {
      type: "apiKey",
      in: "header",
      name: "Authorization",
      description:
        `The module \`${provider.module}\` of the application identifies each request, and says what it takes: usually the ` +
        "`Authorization` header, such as `Bearer <token>`, or a cookie. It may refuse a request with a problem of its own.",
    },
  };
}

/** What an operation under these rules needs; undefined where the application knows no identities. */
export function securityOf(
  { model, resource }: ResourceContext,
  { name, method }: Endpoint,
  rules: readonly Rule[],
): readonly Node[] | undefined {
  if (model.auth === null) return undefined;
  const creates = name === "create" || name === "createMany" || name === "upsertMany";
  if (!rules.every(isOpen) || (creates && isOwned(resource))) return [{ [scheme]: [] }];
  // A signed-in caller may see or do more, and may send an Idempotency-Key.
  return anyDepends(rules) || method !== "GET" ? [{ [scheme]: [] }, {}] : [];
}

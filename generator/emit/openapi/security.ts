/** How callers identify themselves. */
import type { AuthProvider, Model, Rule } from "../../model/types.ts";
import { betterAuthPath } from "../auth-better.ts";
import type { Endpoint } from "../endpoints.ts";
import { isOwned } from "../new-row.ts";
import { anyDepends, isOpen } from "./callers.ts";
import type { Context, ResourceContext } from "./context.ts";
import type { Node } from "./node.ts";

/** A scheme of the document, and its name. */
type Scheme = readonly [name: string, scheme: Node];

/** What identifies requests, each a way of its own. */
const schemesOf = (model: Model): readonly Scheme[] =>
  (model.auth?.providers ?? []).map((provider) => schemeOf(provider, model));

function schemeOf(provider: AuthProvider, model: Model): Scheme {
  switch (provider.type) {
    case "session":
      return [
        "session",
        {
          type: "apiKey",
          in: "cookie",
          name: "__Host-session",
          description: "The session of a user who signed in.",
        },
      ];
    case "apiKey":
      return [
        "apiKey",
        {
          type: "apiKey",
          in: "header",
          name: "X-API-Key",
          description:
            `A key of a user, \`${provider.prefix}_…\`. It may also stand in \`Authorization\`, after \`Bearer\`. Operations name the ` +
            "scopes that it needs, such as `todos:read`; `read` and `write` stand for those of all resources. Relations that `include` " +
            "follows need `read` of the resources that they lead to, and rows that are created along need `write` of theirs. The answer " +
            "to a write shows rows to keys that may read them.",
        },
      ];
    case "jwt":
      return [
        "token",
        {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: `A token of the issuer \`${provider.issuer}\` for the audience \`${provider.audience}\`.`,
        },
      ];
    case "betterAuth":
      return [
        "betterAuth",
        {
          type: "apiKey",
          in: "cookie",
          name: "__Host-auth.session_token",
          description: `The session of a user who signed in by Better Auth, which answers below \`${betterAuthPath(model)}\`.`,
        },
      ];
    case "custom":
      return [
        "identity",
        {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description:
            `The module \`${provider.module}\` of the application identifies each request, and says what it takes: usually ` +
            "the `Authorization` header, such as `Bearer <token>`, or a cookie. It may refuse a request with a problem of its own.",
        },
      ];
  }
}

/** The schemes of the document; null where nobody is ever signed in. */
export function securitySchemes(model: Model): Node | null {
  const schemes = schemesOf(model);
  return schemes.length === 0 ? null : Object.fromEntries(schemes);
}

/** What an operation under these rules needs; undefined where the application knows no identities. */
export function securityOf(
  { model, resource }: ResourceContext,
  { name, method }: Endpoint,
  rules: readonly Rule[],
): readonly Node[] | undefined {
  if (model.auth === null) return undefined;
  const identified = schemesOf(model).map(
    ([scheme]): Node => ({ [scheme]: scheme === "apiKey" ? scopesOf(resource.key, { name, method }) : [] }),
  );
  const creates = name === "create" || name === "createMany" || name === "upsertMany";
  if (!rules.every(isOpen) || (creates && isOwned(resource))) return identified;
  // A signed-in caller may see or do more, and may send an Idempotency-Key.
  return anyDepends(rules) || method !== "GET" ? [...identified, {}] : [];
}

/** What an operation for any caller needs who is known, with a key of whatever scope. */
export const securityOfCallers = ({ model }: Context): readonly Node[] =>
  schemesOf(model).map(([scheme]): Node => ({ [scheme]: [] }));

/**
 * What an operation under a rule needs that belongs to no resource; undefined where the application knows no identities.
 *
 * @param scope Of a key.
 * @param needsCaller Whether nobody gets beyond it without signing in.
 */
export function securityUnder(
  { model }: Context,
  rule: Rule,
  scope: "read" | "write",
  needsCaller: boolean,
): readonly Node[] | undefined {
  if (model.auth === null) return undefined;
  const identified = schemesOf(model).map(
    ([scheme]): Node => ({ [scheme]: scheme === "apiKey" ? [scope] : [] }),
  );
  if (needsCaller) return identified;
  return anyDepends([rule]) ? [...identified, {}] : [];
}

/** The scopes that a key needs. A filter asks about rows, so a write by filter needs both. */
function scopesOf(key: string, { name, method }: Pick<Endpoint, "name" | "method">): readonly string[] {
  if (method === "GET") return [`${key}:read`];
  return name === "updateMany" || name === "deleteMany" ? [`${key}:read`, `${key}:write`] : [`${key}:write`];
}

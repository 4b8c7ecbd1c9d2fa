/** The pass over `rateLimit` of resources: which operations share a limit, and the store that counts for it. */
import type {
  ConfigData,
  RateLimitData,
  RateLimitedOperation,
  ResourceData,
  StoreData,
} from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import type { Report } from "./report.ts";
import type { RateLimitModel } from "./types.ts";

/** What can have a limit of its own. */
export const limitedOperations: readonly RateLimitedOperation[] = [
  "read",
  "create",
  "update",
  "delete",
  "procedures",
];

/** A limit as the config states it. */
interface Stated {
  /** Null for all operations together. */
  readonly operation: RateLimitedOperation | null;
  readonly data: RateLimitData;
  readonly path: ConfigPath;
}

function statedLimits(key: string, { rateLimit }: ResourceData): Stated[] {
  const path = ["resources", key, "rateLimit"];
  if (rateLimit === undefined) return [];
  if ("requests" in rateLimit) return [{ operation: null, data: rateLimit as RateLimitData, path }];
  return limitedOperations.flatMap((operation) => {
    const data = rateLimit[operation];
    return data === undefined ? [] : [{ operation, data, path: [...path, operation] }];
  });
}

/** Name of the store that counts for a limit. */
const storeName = (key: string, operation: RateLimitedOperation | null): string =>
  `${key}${operation === null ? "" : operation.charAt(0).toUpperCase() + operation.slice(1)}Limit`;

/** The limits of a resource. Their numbers are checked with the stores that hold them. */
export function buildRateLimits(key: string, resource: ResourceData, report: Report): RateLimitModel[] {
  const limits = statedLimits(key, resource);
  if (resource.rateLimit !== undefined && limits.length === 0) {
    const message = `\`rateLimit\` of \`${key}\` limits nothing.`;
    report.error("COV1503", ["resources", key, "rateLimit"], message, {
      fix: `Write { requests: 100, per: "1m" }, or one of ${limitedOperations.join(", ")} with such a limit.`,
    });
  }
  for (const { operation, path } of limits) {
    if (operation !== "procedures" || resource.procedures !== undefined) continue;
    const message = `\`rateLimit\` of \`${key}\` limits procedures, and there are none.`;
    report.error("COV1503", path, message, { fix: "Remove it." });
  }
  return limits.map(({ operation, data }) => ({
    operations: operation === null ? limitedOperations : [operation],
    store: storeName(key, operation),
    requests: data.requests,
    per: data.per,
    by: data.by ?? "user",
  }));
}

/** The stores that limits need, with the place of each limit in the config. */
export const limitStores = (
  config: ConfigData,
): readonly {
  readonly key: string;
  readonly data: Extract<StoreData, { type: "rateLimit" }>;
  readonly path: ConfigPath;
}[] =>
  Object.entries(config.resources).flatMap(([key, resource]) =>
    statedLimits(key, resource).map(({ operation, data, path }) => {
      const { by: _, ...policy } = data;
      return { key: storeName(key, operation), data: { type: "rateLimit" as const, ...policy }, path };
    }),
  );

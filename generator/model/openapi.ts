/** The pass over `openapi`: whether the API is described, and what the description calls it. */
import type { ConfigData } from "../../schema/data.ts";
import type { Report } from "./report.ts";
import type { OpenApiModel } from "./types.ts";

/** Null where the config does not ask for a document. */
export function buildOpenApi({ name, openapi = false }: ConfigData, report: Report): OpenApiModel | null {
  if (openapi === false) return null;
  const { title = name, version = "1.0.0", description = null } = openapi === true ? {} : openapi;
  for (const [key, text] of [
    ["title", title],
    ["version", version],
  ] as const) {
    if (text.trim() !== "") continue;
    report.error("COV1503", ["openapi", key], `The ${key} of the OpenAPI document is empty.`, {
      fix: `Give it a ${key}, or leave \`${key}\` out.`,
    });
  }
  return { title, version, description };
}

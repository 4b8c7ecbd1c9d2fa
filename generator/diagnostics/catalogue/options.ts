/** Options (15). */
import type { CatalogueEntry } from "./entry.ts";

export const options = {
  COV1501: {
    title: "Unknown option",
    cause: "The config has a key that covara does not know, and ignoring it could hide a mistake.",
    fix: "Remove or correct the key.",
  },
  COV1502: {
    title: "Wrong type",
    cause: "The value is not of the type that the option takes.",
    fix: "Give a value of the right type.",
  },
  COV1503: {
    title: "Value not allowed",
    cause: "The value has the right type but is outside what the option allows.",
    fix: "Correct the value.",
  },
  COV1504: {
    title: "Origin wrong",
    cause: "CORS compares origins exactly: scheme, host and port, without a path.",
    fix: "Write each origin as `https://app.example.com`.",
  },
  COV1505: {
    title: "Setting owned by covara",
    cause: "The generated wrangler.toml sets this key itself.",
    fix: "Remove it from `wrangler`.",
  },
  COV1506: {
    title: "Value has no TOML form",
    cause: "What `wrangler` holds is written to wrangler.toml, which knows no null and only finite numbers.",
    fix: "Remove the value.",
  },
  COV1507: {
    title: "Environment name not usable",
    cause: "The name becomes a section of wrangler.toml and part of the Worker's name.",
    fix: "Use lower-case letters, digits and dashes.",
  },
} as const satisfies Record<string, CatalogueEntry>;

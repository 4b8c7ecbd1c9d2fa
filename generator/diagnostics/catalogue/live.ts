/** Live resources (19). */
import type { CatalogueEntry } from "./entry.ts";

export const live = {
  COV1901: {
    title: "Nobody may subscribe",
    cause:
      "Changes are streamed to those who may read the row and to whom the rule for subscribe applies, and that is nobody.",
    fix: "State a rule for read, or remove `live`.",
  },
  COV1902: {
    title: "Field cannot divide subscribers up",
    cause:
      "`live: { by }` names a field that the filters of subscriptions can fix: a stored one that is not hidden, of kind id, ref, text, enum, integer or boolean.",
    fix: "Name such a field, or write `live: true`.",
  },
  COV1903: {
    title: "Rule too far away for live",
    cause:
      "Every relation on the way of a rule is a table whose changes each subscriber has to follow, and five in a row is the most.",
    fix: "Keep what the rule needs nearer to the row, such as the id of its owner in a field of its own.",
  },
  COV1904: {
    title: "Nothing to subscribe to",
    cause: "`subscribe` is about changes that are streamed, and only those of `live` resources are.",
    fix: "Add `live: true` to the resource, or remove the rule.",
  },
  COV1905: {
    title: "All streams would end",
    cause:
      "Without a live resource the Durable Object class goes, and old Workers, which still run for minutes, cannot stream any more.",
    fix: "Keep a resource live, or run `covara gen --allow-destructive`.",
  },
} as const satisfies Record<string, CatalogueEntry>;

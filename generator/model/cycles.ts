/** Finds resources whose rows all need each other to exist first. */
import type { Report } from "./report.ts";
import type { FieldModel, ResourceModel } from "./types.ts";

/** Warns of each cycle of required references once, at the first reference of it. */
export function checkCycles(resources: readonly ResourceModel[], report: Report): void {
  const byKey = new Map(resources.map((resource) => [resource.key, resource]));
  const done = new Set<string>();
  const visit = (key: string, path: readonly string[]): void => {
    const start = path.indexOf(key);
    if (start !== -1) {
      warn(byKey, path.slice(start), report);
      return;
    }
    if (done.has(key)) return;
    for (const target of new Set(required(byKey.get(key)).map((field) => field.reference?.resource ?? ""))) {
      visit(target, [...path, key]);
    }
    done.add(key);
  };
  for (const { key } of resources) visit(key, []);
}

function required(resource: ResourceModel | undefined): FieldModel[] {
  return (resource?.fields ?? []).filter((field) => field.reference !== null && !field.nullable);
}

function warn(byKey: ReadonlyMap<string, ResourceModel>, cycle: readonly string[], report: Report): void {
  const [first = ""] = cycle;
  const next = cycle[1] ?? first;
  const field = required(byKey.get(first)).find((candidate) => candidate.reference?.resource === next);
  const chain = [...cycle, first].map((key) => `\`${key}\``).join(" → ");
  const message = `No first row of \`${first}\` can be created: the required references ${chain} form a cycle.`;
  report.warning("COV1212", ["resources", first, "fields", field?.name ?? ""], message);
}

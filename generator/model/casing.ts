/** Conversions between the ways of writing a name of several words. */
import pluralize from "pluralize";

/** The words of a camelCase, PascalCase or snake_case name: `HTTPRequests_v2` gives HTTP, Requests, v2. */
function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .split("_")
    .filter((word) => word !== "");
}

/** `taskTags` → `task-tags` */
export function kebabCase(name: string): string {
  return words(name).join("-").toLowerCase();
}

/** `dueAt` → `due_at` */
export function snakeCase(name: string): string {
  return words(name).join("_").toLowerCase();
}

/** `task_tag` → `TaskTag` */
export function pascalCase(name: string): string {
  return words(name)
    .map((word) => `${word[0]?.toUpperCase() ?? ""}${word.slice(1).toLowerCase()}`)
    .join("");
}

/** `TaskTag` → `taskTag` */
export function lowerFirst(name: string): string {
  return `${name[0]?.toLowerCase() ?? ""}${name.slice(1)}`;
}

/** Plurals in -ie and -che that pluralize takes for those of -y and -ch. */
const singulars: Readonly<Record<string, string>> = { caches: "cache", cookies: "cookie" };

/** The singular of a name's last word: `taskTags` → `taskTag`, `people` → `person`. */
export function singular(name: string): string {
  const last = words(name).at(-1) ?? "";
  const known = Object.hasOwn(singulars, last.toLowerCase()) ? singulars[last.toLowerCase()] : undefined;
  const one = known ?? pluralize.singular(last);
  const kept = name.slice(0, name.length - last.length);
  return `${kept}${/^[A-Z]/.test(last) ? `${one[0]?.toUpperCase() ?? ""}${one.slice(1)}` : one}`;
}

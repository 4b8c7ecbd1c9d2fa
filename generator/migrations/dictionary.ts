/**
 * An object that holds what it was given and nothing else. Names of tables and columns come from users, and an
 * ordinary object would answer to `constructor`.
 */
export function dictionary<T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> {
  const made: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) made[name] = value;
  return made;
}

/** Reads JSON with all its objects as dictionaries. Throws what `JSON.parse` throws. */
export function parseDictionaries(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? dictionary(Object.entries(value))
      : value,
  );
}

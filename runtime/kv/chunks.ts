/** Splits lists that travel to SQLite as one JSON text each: a bound value may take 2 MB. */

/** UTF-16 units of one chunk. Escaped as JSON, each takes six bytes at the most. */
const chunkUnits = 250_000;

/** Items of one chunk; what JSON puts around them is then small beside the texts. */
const chunkItems = 1_000;

/** Groups of neighbours. An item that would make too long a JSON text is alone in its group. */
export function chunks<T>(items: readonly T[], units: (item: T) => number): T[][] {
  const groups: T[][] = [];
  let group: T[] = [];
  let used = 0;
  for (const item of items) {
    const size = units(item);
    if (group.length > 0 && (used + size > chunkUnits || group.length === chunkItems)) {
      groups.push(group);
      group = [];
      used = 0;
    }
    group.push(item);
    used += size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

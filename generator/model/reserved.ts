/** Names that emitted code cannot use as they are. */

/** Words that no variable can be called, and globals that emitted code needs under their own names. */
export const reservedIdentifiers: ReadonlySet<string> = new Set(
  (
    "arguments as async await break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function if implements import in instanceof interface let new null of package private " +
    "protected public return static super switch this throw true try typeof undefined using var void while with yield " +
    "Array BigInt Boolean Date Error Headers Infinity Intl JSON Map Math NaN Number Object Promise Proxy Reflect RegExp " +
    "Request Response Set String Symbol URL WeakMap WeakSet caches console crypto fetch globalThis performance self " +
    "structuredClone env app z sql constructor"
  ).split(" "),
);

/** Types of TypeScript, the platform and emitted code that a row's type must not hide. */
export const reservedTypes: ReadonlySet<string> = new Set(
  (
    "Any Array Awaited BigInt Body Boolean Client Context Date Env Error Event Exclude Extract Function Headers Hono Infinity Intl " +
    "Iterable Iterator Json JSON Map Math NaN Never Number Object Omit Page Parameters Partial Pick Promise Proxy Readonly Record " +
    "Reflect RegExp Request Required Response ReturnType Set String Symbol URL Unknown Variables WeakMap WeakSet Worker"
  ).split(" "),
);

/** Names that Windows gives no file. */
export const reservedFiles: ReadonlySet<string> = new Set(
  ["con", "prn", "aux", "nul"].concat(
    Array.from({ length: 9 }, (_, index) => [`com${index + 1}`, `lpt${index + 1}`]).flat(),
  ),
);

/** Prefixes of the tables that SQLite, D1, Cloudflare and covara keep for themselves. */
export const reservedTablePrefixes = ["sqlite_", "d1_", "_cf_", "_covara"] as const;

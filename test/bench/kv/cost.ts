/** `docs/kv-cost.md`: the rows that each command reads and writes. */
import { groups } from "./cases/index.ts";
import type { CommandResult } from "./commands.ts";
import { grouped } from "./tables.ts";

/** The page, from measured rows. It holds no times: those depend on the machine. */
export function costPage(results: readonly CommandResult[]): string {
  const sizes = results[0]?.sizes.map(({ members }) => members) ?? [];
  const shown = sizes.filter(
    (_, index) => index === Math.min(1, sizes.length - 1) || index === sizes.length - 1,
  );
  const tables = Object.entries(groups).map(([title, cases]) => {
    const rows = cases.map((measured) => {
      const at = results.find((result) => result.measured === measured)?.sizes ?? [];
      const cells = shown.flatMap((members) => {
        const found = at.find((one) => one.members === members);
        return found === undefined ? ["", ""] : [rowCount(found.rows.read), rowCount(found.rows.written)];
      });
      return `| \`${measured.name.split(" ")[0]}\`${detail(measured.name)} | ${cells.join(" | ")} |`;
    });
    const heads = shown.flatMap((members) => [
      `read at ${grouped(members)}`,
      `written at ${grouped(members)}`,
    ]);
    return [
      `## ${title}`,
      "",
      `| command | ${heads.join(" | ")} |`,
      `|---|${heads.map(() => "--:").join("|")}|`,
      ...rows,
    ].join("\n");
  });
  return `${[intro, ...tables].join("\n\n")}\n`;
}

const intro = `# What commands cost

Cloudflare bills the rows that a Durable Object reads and writes. These are the rows of one command, on average, for
collections of so many members; of strings, counters, sessions and rate limits, so many keys in the store. They were
measured in workerd, on a Durable Object with SQLite, by \`npm run bench -- --only kv --cost docs/kv-cost.md\`, which sums
what \`rowsRead\` and \`rowsWritten\` of each statement say. Members are taken at random over the whole collection.

- An object remembers the keys it used last. The tables show collections whose key is remembered, and strings and counters
  whose key is not; a key that has to be looked up is one row read.
- A member that is added to a collection or taken out of it writes two rows: the member, and the count of its key. A change
  of a member that is there writes one. An index on scores adds rows to sorted sets, one on expiry to keys that expire.
- A command that deletes a large collection only notes it. The members are deleted in the background: one row written each.
- Setting the alarm that sweeps what has expired is a row written, at most once per sweep.
- Calls of one tick, a \`pipeline\` and a \`multi\` are one request to the object, whatever is in them.`;

const detail = (name: string): string => {
  const text = name.split(" ").slice(1).join(" ");
  return text === "" ? "" : ` ${text}`;
};

/** Averages of random picks have a fraction. */
function rowCount(value: number): string {
  return grouped(value < 100 ? Math.round(value * 10) / 10 : Math.round(value));
}

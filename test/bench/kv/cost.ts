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

Cloudflare bills the rows that a Durable Object reads and writes. These are the rows of one command, on average, in
collections of so many members; of strings, counters, sessions and rate limits, with so many keys in the store. They were
measured in workerd, in a Durable Object with SQLite, by \`npm run bench -- --only kv --cost docs/kv-cost.md\`, which sums
what \`rowsRead\` and \`rowsWritten\` say of each statement. Members are taken at random from the whole collection.

- While it is in memory, an object remembers up to 2,048 keys of a store. The tables are about keys that it remembers: any
  other is one row read more.
- A member that comes or goes is two rows written: the member, and the count of its key. One that changes is one row. Sorted
  sets write another row for their index of scores, and keys that expire one for the index of expiry.
- \`del\` of a large collection only notes it. Its members are deleted in the background, at one row written each.
- The alarm for that, and for keys that expire, is one row written whenever it is set: once per sweep, not per command.
- Calls of one tick, a \`pipeline\` and a \`multi\` are one request to the object, whatever is in them.
- The second set of \`sinter\`, \`zunion\` and the like has a tenth as many members, all of which are in the first.`;

const detail = (name: string): string => {
  const text = name.split(" ").slice(1).join(" ");
  return text === "" ? "" : ` ${text}`;
};

/** Averages of random picks have a fraction. */
function rowCount(value: number): string {
  return grouped(value < 100 ? Math.round(value * 10) / 10 : Math.round(value));
}

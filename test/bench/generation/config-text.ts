/** Configs of any size: the kind of resources that applications have, ten fields each. */

/**
 * The text of a config with `count` resources that refer to each other, with rules and indexes.
 *
 * @param extra A further field of the first resource, to make one config differ from another by one line.
 */
export function configText(count: number, extra = ""): string {
  const resources = Array.from({ length: count }, (_, n) => resourceText(n, count, n === 0 ? extra : ""));
  return `import { custom, d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "bench",
  compatibilityDate: "2026-10-01",
  database: d1(),
  auth: custom("./auth.ts", { user: { role: field.enum(["member", "admin"]) } }),
  resources: {
    users: {
      fields: {
        id: field.id(),
        email: field.text().email().unique(),
        role: field.enum(["member", "admin"]).default("member").readOnly(),
      },
      access: ({ signedIn, owner }) => ({ read: signedIn(), update: owner("id") }),
    },
${resources.join("")}  },
});
`;
}

function resourceText(n: number, count: number, extra: string): string {
  return `    ${name(n)}: {
      fields: {
        id: field.id(),
        title: field.text().trim().min(1).max(200),
        notes: field.text().max(10_000).optional(),
        done: field.boolean().default(false),
        priority: field.integer().min(0).max(3).default(0),
        status: field.enum(["open", "waiting", "closed"]).default("open"),
        ownerId: field.ref("users").owner(),
        parentId: field.ref("${name(Math.floor(n / 2) % count)}", { onDelete: "cascade" }).optional(),
        createdAt: field.timestamp().createdAt(),
        version: field.version(),${extra}
      },
      indexes: [["ownerId", "createdAt"], ["status", "priority"]],
      access: ({ any, owner, role, signedIn }) => ({
        read: ${n % 2 === 0 ? "signedIn()" : 'any(owner("ownerId"), role("admin"))'},
        create: owner("ownerId"),
        update: owner("ownerId"),
        delete: any(owner("ownerId"), role("admin")),
      }),
    },
`;
}

const things = [
  "project",
  "invoice",
  "ticket",
  "order",
  "contract",
  "report",
  "shipment",
  "account",
  "asset",
  "visit",
];

/** `projects0`, `invoices1`, …: names that sort and split like real ones. */
const name = (n: number): string => `${things[n % things.length]}${n}Entries`;

/** The auth module that the config names. */
export const authText = `export default () => null;\n`;

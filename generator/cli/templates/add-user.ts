/** `scripts/add-user.mjs`: creates a user and shows the token once. */
export const addUser = (): string => `// Creates a user: npm run add-user -- <name> [member|admin] [--remote]
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { uuidv7 } from "covara/runtime";

const remote = process.argv.includes("--remote");
const [name, role = "member"] = process.argv.slice(2).filter((argument) => argument !== "--remote");
if (name === undefined || !["member", "admin"].includes(role)) {
  console.error("Usage: npm run add-user -- <name> [member|admin] [--remote]");
  process.exit(2);
}

const token = randomBytes(32).toString("base64url");
const values = [
  uuidv7(),
  name,
  role,
  createHash("sha256").update(token).digest("hex"),
  new Date().toISOString(),
].map((value) => \`'\${value.replaceAll("'", "''")}'\`);
const sql = \`INSERT INTO "users" ("id", "name", "role", "token_hash", "created_at") VALUES (\${values.join(", ")})\`;

const { status } = spawnSync(
  process.execPath,
  [
    "node_modules/wrangler/bin/wrangler.js",
    ...["d1", "execute", "DB", remote ? "--remote" : "--local", "-c", "generated/wrangler.toml", "--command", sql],
  ],
  { stdio: ["inherit", "ignore", "inherit"] },
);
if (status !== 0) {
  console.error("The user was not created. Has the database been migrated? \`npm run dev\` does that locally.");
  process.exit(1);
}
console.log(\`Created \${role} \${name}. The token, which is shown only now:\\n\\n  \${token}\\n\`);
`;

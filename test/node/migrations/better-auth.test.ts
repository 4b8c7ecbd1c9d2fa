/** The table of the accounts that Better Auth keeps of users. */
import { betterAuth, custom, d1, field } from "covara";
import { describe, expect, test } from "vitest";
import { planMigration } from "../../../generator/migrations/index.ts";
import { buildModel } from "../../../generator/model/index.ts";
import type { Model } from "../../../generator/model/types.ts";
import type { AuthData, ResourceData } from "../../../schema/data.ts";
import { freshSchema, History, migrate, schemaOf, sqlite } from "./database.ts";

const fields = {
  id: field.id(),
  name: field.text(),
  email: field.text().unique().readOnly(),
  emailVerified: field.boolean().default(false).readOnly(),
  image: field.text().optional(),
  createdAt: field.timestamp().createdAt(),
  updatedAt: field.timestamp().updatedAt(),
};

function modelOf(auth: AuthData, users: string, more: Partial<ResourceData> = {}): Model {
  const resource: ResourceData = { fields, access: () => ({ read: { type: "signedIn" } }), ...more };
  const config = { name: "app", database: d1(), auth, resources: { [users]: resource } };
  const { model, diagnostics } = buildModel(config, { exists: () => true });
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return model;
}

const better = (users: string, more?: Partial<ResourceData>): Model =>
  modelOf(betterAuth({ users, options: "./better-auth.ts" }), users, more);

const insert = (id: string, user: string, account: string): string =>
  `INSERT INTO _covara_accounts (id, user_id, provider_id, account_id, created_at, updated_at)
   VALUES ('${id}', '${user}', 'github', '${account}', '', '');`;

const person = (table: string, id: string): string =>
  `INSERT INTO ${table} (id, name, email, created_at, updated_at) VALUES ('${id}', '', '${id}@a.example', '', '');`;

describe("accounts", () => {
  test("come with Better Auth, follow the users to another name, and go with a user", async () => {
    const database = sqlite();
    const history = new History();
    await migrate(database, history.step(modelOf(custom("./auth.ts"), "users")));
    await migrate(database, person("users", "a") + person("users", "b"));
    await migrate(database, history.step(better("users")));
    await migrate(database, insert("1", "a", "7") + insert("2", "b", "8"));
    await expect(migrate(database, insert("3", "b", "7"))).rejects.toThrow(/UNIQUE/);
    await expect(migrate(database, insert("3", "nobody", "9"))).rejects.toThrow(/FOREIGN KEY/);
    const renamed = better("people", { renamedFrom: "users" });
    await migrate(database, history.step(renamed));
    expect(await schemaOf(database)).toEqual(await freshSchema(renamed));
    await migrate(database, "DELETE FROM people WHERE id = 'a';");
    expect(await database.query("SELECT id FROM _covara_accounts")).toEqual([{ id: "2" }]);
  });

  test("are not dropped unless that is allowed", () => {
    const history = new History();
    history.step(better("users"));
    const after = modelOf(custom("./auth.ts"), "users");
    const refused = planMigration(after, history, { allowDestructive: false });
    expect(refused.diagnostics.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("_covara_accounts"),
    );
    expect(refused.files.size).toBe(0);
    const { files } = planMigration(after, history, { allowDestructive: true });
    expect([...files.values()].join()).toContain('DROP TABLE "_covara_accounts"');
  });
});

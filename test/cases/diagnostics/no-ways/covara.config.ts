import { d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "none",
  database: d1(),
  auth: [] as never,
  resources: {
    users: { fields: { id: field.id() }, access: ({ signedIn }) => ({ read: signedIn() }) },
  },
});

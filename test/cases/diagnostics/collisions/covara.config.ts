import { d1, defineConfig, field } from "covara";

const fields = { id: field.id() };
const access = () => ({});

export default defineConfig({
  name: "collisions",
  database: d1(),
  resources: {
    taskTags: { fields, access },
    task_tags: { fields, access },
    user: { fields, access },
    users: { fields, access },
    todos: {
      fields: { id: field.id(), dueAt: field.timestamp(), due_at: field.timestamp() },
      access,
    },
    todoCreates: { fields, access },
    oauth: { fields, access },
    oauthClients: { fields, access },
  },
});

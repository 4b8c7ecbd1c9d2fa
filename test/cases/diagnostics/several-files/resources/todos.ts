import { field, resource } from "covara";

const target = "list";

export default resource({
  fields: { id: field.id(), listId: field.ref(target), boardId: field.ref("bords") },
  access: () => ({}),
});

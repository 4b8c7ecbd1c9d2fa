import { d1, defineConfig, field } from "covara";

export default defineConfig({
  name: "soft-delete",
  database: d1(),
  resources: {
    named: {
      fields: { id: field.id(), deletedAt: field.timestamp().optional() },
      softDelete: true,
      access: (rules) => ({ read: rules.public() }),
    },
    stored: {
      fields: { id: field.id(), deleted_at: field.text().optional() },
      softDelete: true,
      access: (rules) => ({ read: rules.public() }),
    },
    renamed: {
      fields: { id: field.id(), goneAt: field.timestamp().optional().renamedFrom("deletedAt") },
      softDelete: true,
      access: (rules) => ({ read: rules.public() }),
    },
    related: {
      fields: { id: field.id() },
      relations: { deletedAt: { hasMany: "kept", by: "relatedId" } },
      softDelete: true,
      access: (rules) => ({ read: rules.public(), readDeleted: rules.public() }),
    },
    kept: {
      fields: { id: field.id(), relatedId: field.ref("related") },
      access: (rules) => ({ read: rules.public(), readDeleted: rules.public() }),
    },
    unread: {
      fields: { id: field.id() },
      softDelete: true,
      access: (rules) => ({ readDeleted: rules.public() }),
    },
    misread: {
      fields: { id: field.id(), deleted: field.boolean() },
      indexes: [["deletedAt"]],
      softDelete: "yes",
      access: (rules) => ({ read: rules.public() }),
    },
  },
});

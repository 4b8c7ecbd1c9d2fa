/** Functions without the types of `hooks.ts`, and with fewer parameters than they are called with. */
export function beforeCreate(row: { readonly body: string }): { body: string } {
  return { body: row.body.trim() };
}

export const afterCreate = (): void => {};

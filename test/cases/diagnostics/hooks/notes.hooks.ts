export { helper } from "./shared.ts";

export type Row = { readonly id: string };

export const beforeCreat = (row: Row): Row => row;

export class beforeUpdate {}

export function* beforeDelete(): Generator<number> {
  yield 1;
}

export const afterCreate = "log";

export function afterUpdate(row: Row, context: unknown, more: unknown): unknown {
  return [row, context, more];
}

export const guard = {
  update: () => ({ sql: "1", values: [] }),
  delte: () => ({ sql: "1", values: [] }),
};

export default afterUpdate;

export const beforeCreate = async (row: object): Promise<object> => ({ ...row, slug: "a" });

export function guard(): boolean {
  return true;
}

export const initals = (row: { readonly id: string }): string => row.id.slice(0, 1);

export function greeting(row: { readonly id: string }): string {
  return helper(row.id);
}

export const slow = async (row: { readonly id: string }): Promise<string> => row.id;

export const wide = (row: { readonly id: string }, more: string): string => row.id + more;

export const constant = "a";

export const helper = (text: string): string => `Hello ${text}`;

/** What is used of the code that is generated for `test/kv/project`; its own types are checked where it is generated. */
declare module "#stores/kv" {
  export function kv(env: object): {
    readonly cart: { hset(key: string, fields: object): Promise<number> };
  };
}

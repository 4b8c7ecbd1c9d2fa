/** Options of `wrangler dev` that say which database the Worker sees, so that migrations must go to the same one. */
const SHARED = new Set(["--env", "-e", "--persist-to"]);

/** Of the arguments for `wrangler dev`, those that `wrangler d1 migrations apply` needs too. */
export function migrationArguments(passed: readonly string[]): string[] {
  const result: string[] = [];
  for (const [index, argument] of passed.entries()) {
    const [name = ""] = argument.split("=", 1);
    if (!SHARED.has(name)) continue;
    const value = passed[index + 1];
    result.push(argument, ...(argument === name && value !== undefined ? [value] : []));
  }
  return result;
}

/** Whether the Worker is to run against Cloudflare instead of the local database. */
export function isRemote(passed: readonly string[]): boolean {
  return passed.some(
    (argument) => argument === "--remote" || argument === "-r" || argument === "--remote=true",
  );
}

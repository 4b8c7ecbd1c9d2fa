/** What the application's own code knows of the request that it is called for. */

/** The request that hooks and procedures are part of. */
export interface ServerContext<Env, User> {
  readonly env: Env;
  /** Who makes the request; null for nobody, and where server code acts for itself. */
  readonly user: User;
  /** The `X-Request-Id` of the answer, for logs. */
  readonly requestId: string;
  /** Lets work go on once the answer is sent. Its failure is seen by nobody: catch it. */
  waitUntil(promise: Promise<unknown>): void;
}

/** The part of Hono's context that is needed here. */
export interface HandlerContext<Env> {
  readonly env: Env;
  readonly executionCtx: { waitUntil(promise: Promise<unknown>): void };
  get(key: "requestId"): string;
}

/** The context of a request. @param user The caller, or null. */
export const serverContext = <Env, User>(c: HandlerContext<Env>, user: User): ServerContext<Env, User> => ({
  env: c.env,
  user,
  requestId: c.get("requestId"),
  // Asked for only when it is used: it is not there outside of workerd.
  waitUntil: (promise) => c.executionCtx.waitUntil(promise),
});

/** What the configuration of workerd puts beside the driver. */
declare module "recording" {
  const recording: import("../d1/recorded.ts").Recording;
  export default recording;
}

declare module "requests" {
  const requests: Readonly<Record<string, import("../requests.ts").Ask>>;
  export default requests;
}

declare module "contender" {
  const worker: {
    fetch(request: Request, env: { readonly DB: unknown }, context: ExecutionContext): Promise<Response>;
  };
  export default worker;
}

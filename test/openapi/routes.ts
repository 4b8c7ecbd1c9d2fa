/** Routes as text, `GET /api/todos/{id}`, sorted: those that a document describes, and those that a Hono app has. */

export const describedRoutes = (document: object): string[] =>
  Object.entries((document as { paths: Readonly<Record<string, object>> }).paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();

/** What answers all methods is left out: it is middleware, or refuses the methods that a path does not have. */
export const servedRoutes = (
  routes: readonly { readonly method: string; readonly path: string }[],
): string[] => {
  const own = routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  return [...new Set(own)].sort();
};

/** The task board's todos as one would write them by hand with Hono, drizzle and zod. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "./app-env.ts";
import { signedIn } from "./auth.ts";
import { Problem, sendProblem } from "./problem.ts";
import { todoRoutes } from "./todos.ts";

const app = new Hono<AppEnv>();

app.use(requestId({ limitLength: 64 }));
app.use(
  secureHeaders({
    xFrameOptions: "DENY",
    strictTransportSecurity: "max-age=31536000; includeSubDomains",
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  }),
);

app.get("/healthz", (c) => c.json({ status: "ok" }));
app.get("/readyz", async (c) => {
  await c.env.DB.prepare("SELECT 1").first();
  return c.json({ status: "ready" });
});

app.use("/api/*", signedIn);
app.use(
  "/api/*",
  bodyLimit({
    maxSize: 1024 * 1024,
    onError: () => {
      throw new Problem("PAYLOAD_TOO_LARGE", "The body is larger than 1 MiB.");
    },
  }),
);
app.route("/api/todos", todoRoutes);

const allowed = {
  "/api/todos": "GET, HEAD, POST",
  "/api/todos/batch": "POST",
  "/api/todos/:id": "GET, HEAD, PATCH, PUT, DELETE",
};
for (const [path, methods] of Object.entries(allowed)) {
  app.all(path, (c) => {
    c.header("Allow", `${methods}, OPTIONS`);
    if (c.req.method === "OPTIONS") return c.body(null, 204);
    throw new Problem("METHOD_NOT_ALLOWED", `${c.req.method} is not offered here.`);
  });
}

app.notFound((c) => sendProblem(new Problem("NOT_FOUND", `There is no ${c.req.path}.`), c));
app.onError(sendProblem);

export default app;

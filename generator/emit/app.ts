/** `app.ts` and `worker.ts`: the Hono app and the Worker's entry. */
import type { CorsData } from "../../schema/data.ts";
import { channelBinding, channelsSegment } from "../model/channel-names.ts";
import { kvBinding } from "../model/kv-names.ts";
import { hasTickets } from "../model/live-tickets.ts";
import { classesOf } from "../model/own-classes.ts";
import type { Model } from "../model/types.ts";
import { betterAuthPath } from "./auth-better.ts";
import { authenticator } from "./authenticator.ts";
import { channelRoutesName } from "./channel-routes.ts";
import { channelsOf, hasChannelRoutes } from "./channels.ts";
import { routesName } from "./emission.ts";
import { array, call, type Expression, layOut, object } from "./expression.ts";
import { hasKeys } from "./key-scopes.ts";
import { anyObject } from "./kv-object.ts";
import { openApiPath } from "./openapi/index.ts";
import { hasRoutes } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { fits, list, property, quote } from "./text.ts";
import { ticketPath, ticketsName } from "./tickets.ts";

const authModule = "covara/runtime/auth";

export function emitApp(model: Model, userModule: (path: string) => string): string {
  const resources = model.resources.filter(hasRoutes);
  const file = new SourceFile(["app"]);
  const runtime = (name: string): string => file.use("covara/runtime", name);
  const everything = quote(`${model.basePath}/*`);
  // Its lists and rows have paths such as /count and /:id side by side.
  const router = resources.length === 0 ? "" : `{ router: new ${runtime("PathRouter")}() }`;
  file.section(
    "/** The whole API. Mount it in an app of your own, or let `worker.ts` serve it. */",
    `export const app = new ${file.use("hono", "Hono")}<${file.useType("./env.js", "AppEnv")}>(${router});`,
    "",
    `app.onError(${runtime("problemHandler")});`,
    `app.notFound(${runtime("routeNotFound")});`,
    `app.use(${runtime("requestContext")}());`,
    "",
    `app.get("/healthz", ${runtime("health")});`,
    `app.all("/healthz", ${runtime("allow")}("GET, HEAD"));`,
    ...readiness(model, runtime("ready")),
    `app.all("/readyz", ${runtime("allow")}("GET, HEAD"));`,
    ...(model.openapi === null ? [] : document(runtime)),
  );
  const before: string[] = [];
  const policy = model.cors === null ? [] : [corsOptions(model.cors)];
  const use = (middleware: Expression): string => layOut("", call("app.use", [everything, middleware]), ";");
  if (model.cors !== null) before.push(use(call(runtime("cors"), policy)));
  if (model.auth !== null) {
    const better = model.auth.providers.some(({ type }) => type === "betterAuth");
    const answer = (method: string, path: string): string =>
      `app.${method}(${quote(`${betterAuthPath(model)}${path}`)}, ${file.use("./auth.js", "betterAuthHandler")});`;
    if (better) {
      before.push(
        "// Some services send users back by a form on a page of theirs. This redirects, and changes nothing.",
        answer("post", "/callback/:provider"),
      );
    }
    before.push(use(call(runtime("rejectCrossOrigin"), policy)));
    // Who is signed in is its own affair, so nobody is identified for it.
    if (better) before.push(answer("all", "/*"));
    const authenticate = authenticator(file, model, model.auth, userModule);
    const by = hasKeys(model) ? `, "Cookie, Authorization, X-API-Key"` : "";
    before.push(`app.use(${everything}, ${runtime("identify")}(${authenticate}${by}));`);
  }
  if (model.auth === null && channelsOf(model).some(hasChannelRoutes)) {
    // CORS keeps other answers from the pages of other origins, and what a WebSocket tells is kept from them here.
    const sockets = quote(`${model.basePath}/${channelsSegment}/*`);
    const reject = call(runtime("rejectCrossOrigin"), policy);
    before.push(layOut("", call("app.use", [sockets, reject]), ";"));
  }
  if (model.live !== null) {
    before.push(`app.use(${everything}, ${file.use("covara/runtime/live", "pokeAfterWrites")}());`);
  }
  if (hasTickets(model)) {
    const issue = file.use("covara/runtime/live", "issueTicket");
    const path = quote(ticketPath(model));
    const store = file.use("./tickets.js", ticketsName);
    // A key of any scope gets one: it takes the same key for the stream.
    before.push(
      `app.post(${path}, (c) => ${issue}(c, ${store}(c.env)));`,
      `app.all(${path}, ${runtime("allow")}("POST"));`,
    );
  }
  const scoped = (path: string, key: string): string[] =>
    hasKeys(model)
      ? [`app.use(${quote(`${path}/*`)}, ${file.use(authModule, "scopedRoutes")}(${key}));`]
      : [];
  const routes = resources.flatMap((resource) => {
    const name = file.use(`./routes/${resource.file}.js`, routesName(resource));
    const path = `${model.basePath}/${resource.route}`;
    return [...scoped(path, quote(resource.key)), mounted(path, name)];
  });
  // Last, so that it stands before all but the routes of resources: whatever is added takes a key for everything.
  routes.push(...scoped(model.basePath, ""));
  for (const channel of channelsOf(model).filter(hasChannelRoutes)) {
    const name = file.use(`./channels/${channel.segment}.js`, channelRoutesName(channel));
    routes.push(mounted(`${model.basePath}/${channelsSegment}/${channel.segment}`, name));
  }
  if (model.routes !== null) {
    const own = file.useDefault(userModule(model.routes), "routes");
    routes.push(`app.use(${everything}, ${runtime("ownRoutes")}());`, mounted(model.basePath, own));
  }
  for (const section of [before, routes]) if (section.length > 0) file.section(...section);
  return file.toString();
}

/** Takes in the routes of another app. */
const mounted = (path: string, routes: string): string =>
  layOut("", call("app.route", [quote(path), routes]), ";");

/** The document is not read, nor even parsed, before somebody asks for it. */
const document = (runtime: (name: string) => string): string[] => [
  `app.get("${openApiPath}", async (c) => ${runtime("reply")}(c, 200, (await import(".${openApiPath}")).default));`,
  `app.all("${openApiPath}", ${runtime("allow")}("GET, HEAD"));`,
];

function readiness(model: Model, ready: string): string[] {
  const objects = [
    ...(model.kv === null ? [] : [`c.env.${kvBinding}.getByName(${quote(anyObject(model.kv))})`]),
    ...(model.live === null ? [] : [`c.env.${model.live.binding}.getByName("pump")`]),
    ...channelsOf(model)
      .slice(0, 1)
      .map(({ key }) => `c.env.${channelBinding}.getByName(${quote(key)})`),
  ];
  const parts = [property("c.env", model.database.binding), ...objects];
  const line = `app.get("/readyz", (c) => ${ready}(c, ${parts.join(", ")}));`;
  if (fits(line)) return [line];
  return [`app.get("/readyz", (c) =>`, list(`  ${ready}`, "(", ["c", ...parts], ")", ","), ");"];
}

const corsOptions = ({ origins, credentials }: CorsData): Expression =>
  object([
    ["origin", array(origins.map(quote))],
    ["credentials", `${credentials === true}`],
  ]);

export function emitWorker(model: Model): string {
  const file = new SourceFile();
  const app = file.use("./app.js", "app");
  const env = file.useType("./env.js", "Env");
  const classes = classesOf(model).map(
    ({ className, file: from }) => `export { ${className} } from "./${from}.js";`,
  );
  if (classes.length > 0) file.section(...classes.sort());
  return file.section(`export default { fetch: ${app}.fetch } satisfies ExportedHandler<${env}>;`).toString();
}

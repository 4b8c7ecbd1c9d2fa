/** `openapi.json`: the whole API as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html). */
import type { Model, OpenApiModel } from "../../model/types.ts";
import { endpointsOf } from "../endpoints.ts";
import { channelPaths, channelTag } from "./channels.ts";
import { Components } from "./components.ts";
import type { Context } from "./context.ts";
import { type Node, node, some } from "./node.ts";
import { operation } from "./operations.ts";
import { printJson } from "./print.ts";
import { refusals, success } from "./responses.ts";
import { securitySchemes } from "./security.ts";
import { Shapes } from "./shapes.ts";
import { ticketPaths, ticketTag } from "./tickets.ts";

/** Where the Worker serves the document, outside the base path. */
export const openApiPath = "/openapi.json";

/** Null where the config does not ask for it. */
export const emitOpenApi = (model: Model): string | null =>
  model.openapi === null ? null : printJson(describeApi(model, model.openapi));

function describeApi(model: Model, { title, version, description }: OpenApiModel): Node {
  const components = new Components(model);
  const context: Context = { model, components, shapes: new Shapes(model.jsonTypes, components) };
  const paths = {
    ...ownPaths(context),
    ...resourcePaths(context),
    ...channelPaths(context),
    ...ticketPaths(context),
  };
  const described = model.resources.filter((resource) => endpointsOf(resource).length > 0);
  const tags = [channelTag(context), ticketTag(context)];
  const schemes = securitySchemes(model);
  return node({
    openapi: "3.1.1",
    info: node({ title, version, description: introduction(model, description) }),
    servers: [{ url: "/" }],
    tags: some([
      ...described.map(({ key, typeName }) => ({ name: key, description: `Rows of type \`${typeName}\`.` })),
      ...tags.filter((tag) => tag !== null),
      { name: "operation", description: "Whether the Worker runs." },
    ]),
    paths,
    components: { ...components.toNode(), ...(schemes === null ? {} : { securitySchemes: schemes }) },
  });
}

function introduction({ routes, basePath, cors, auth }: Model, own: string | null): string {
  return [
    ...(own === null ? [] : [own]),
    "Every `GET` can be asked as `HEAD` too. `OPTIONS` tells the methods of a path in `Allow`; so does the answer 405 to any other method. " +
      "Errors are problem documents (RFC 9457). A query parameter that an operation does not name here is refused. " +
      "Send `X-Request-Id` (up to 64 letters, digits, `_` and `-`) to give a request a name of your own.",
    ...(cors === null ? [] : [`Pages of these origins may call the API: ${cors.origins.join(", ")}.`]),
    ...(auth === null ? [] : [`Pages of ${cors === null ? "" : "all "}other origins may change nothing.`]),
    ...(routes === null
      ? []
      : [
          `The application has further routes of its own below \`${basePath}\`, which are not described here.`,
        ]),
  ].join("\n\n");
}

function resourcePaths(context: Context): Node {
  const { model } = context;
  const paths = new Map<string, Record<string, Node>>();
  for (const resource of model.resources) {
    for (const endpoint of endpointsOf(resource)) {
      const path = pathOf(model, resource.route, endpoint.path);
      const methods = paths.get(path) ?? {};
      methods[endpoint.method.toLowerCase()] = operation({ ...context, resource }, endpoint);
      paths.set(path, methods);
    }
  }
  return Object.fromEntries(paths);
}

/** `/api/todos/{id}` */
const pathOf = ({ basePath }: Model, route: string, path: string): string =>
  `${basePath}/${route}${path === "/" ? "" : path.replace(":id", "{id}")}`;

/** The routes that every Worker has. */
function ownPaths(context: Context): Node {
  const status = (value: string): Node => ({
    type: "object",
    required: ["status"],
    properties: { status: { const: value } },
  });
  const get = (operationId: string, summary: string, description: string, schema: Node): Node => ({
    get: {
      operationId,
      tags: ["operation"],
      summary,
      responses: { 200: success(context, description, schema), ...refusals(context, []) },
      ...(context.model.auth === null ? {} : { security: [] }),
    },
  });
  return {
    "/healthz": get("healthz", "Whether the Worker runs", "It does.", status("ok")),
    "/readyz": get("readyz", "Whether what the Worker needs answers", "It does.", status("ready")),
    [openApiPath]: get("openapi", "This document", "The document.", { type: "object" }),
  };
}

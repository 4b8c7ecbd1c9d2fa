/** The routes that stream the changes of a resource. */
import { type Emission, routesName } from "./emission.ts";
import { liveName, subscriberName } from "./live.ts";
import { otherMethods } from "./routes.ts";
import { fits } from "./text.ts";

export const subscribeRoute = (e: Emission): string[] => streamRoute(e, "/subscribe", "subscribe");

export const subscribeAggregateRoute = (e: Emission): string[] =>
  streamRoute(e, "/aggregate/subscribe", "subscribeAggregate");

function streamRoute(e: Emission, path: string, name: string): string[] {
  const stream = e.file.use("covara/runtime/live", name);
  const live = e.file.use("../live.js", liveName(e.resource));
  const answer = `${stream}(c, ${live}, ${e.file.use("../live.js", subscriberName)}(c))`;
  const head = `${routesName(e.resource)}.get("${path}", (c) =>`;
  const line = `${head} ${answer});`;
  return [
    `/** \`GET ${e.path}${path}\` */`,
    ...(fits(line) ? [line] : [head, `  ${answer},`, ");"]),
    otherMethods(e, path, ["GET", "HEAD"]),
  ];
}

/** `tickets.ts`: who makes a request, where a ticket can tell that of a stream. */
import { ticketStore } from "../model/kv-names.ts";
import { hasTickets } from "../model/live-tickets.ts";
import type { Model } from "../model/types.ts";
import { recogniser, redeemerName } from "./authenticator.ts";
import { channelPath, channelsOf } from "./channels.ts";
import { endpointsOf } from "./endpoints.ts";
import { array, call, layOut } from "./expression.ts";
import { isNever } from "./rule.ts";
import { SourceFile } from "./source-file.ts";
import { property, quote } from "./text.ts";

const module = "covara/runtime/live";

/** Name of the function that opens the store of tickets. */
export const ticketsName = "tickets";

/** Where tickets are given out. */
export const ticketPath = ({ basePath }: Pick<Model, "basePath">): string => `${basePath}/live/ticket`;

/** Null where there are no tickets. */
export function emitTickets(model: Model, userModule: (path: string) => string): string | null {
  const { auth } = model;
  if (auth === null || !hasTickets(model)) return null;
  const file = new SourceFile([ticketsName, redeemerName, "env"]);
  const [env, user] = [file.useType("./env.js", "Env"), file.useType("./env.js", "User")];
  const store = property(`${file.use("./kv.js", "kv")}(env)`, ticketStore);
  const withTickets = `${file.use(module, "withTickets")}<${env}, ${user}>`;
  const paths = array(streamPaths(model).map(quote));
  file.section(
    "/** Where tickets are kept, for a minute. */",
    `export const ${ticketsName} = (env: ${env}): ${file.useType(module, "TicketStore")} => ${store};`,
  );
  file.section(
    "/** Tells who makes a request: by its credentials or, of a stream, by those that its ticket stands for. */",
    layOut(
      `export const ${redeemerName} = `,
      call(withTickets, [recogniser(file, auth, userModule), ticketsName, paths]),
      ";",
    ),
  );
  return file.toString();
}

/** The paths of everything that goes on for as long as the caller listens. */
const streamPaths = (model: Model): string[] => [
  ...model.resources.flatMap((resource) =>
    endpointsOf(resource)
      .filter(({ name }) => name === "subscribe" || name === "subscribeAggregate")
      .map(({ path }) => `${model.basePath}/${resource.route}${path}`),
  ),
  ...channelsOf(model)
    .filter(({ access }) => !isNever(access.subscribe))
    .flatMap((channel) => ["", "/ws"].map((end) => `${model.basePath}${channelPath(channel)}${end}`)),
];

/** The operation that gives out tickets for streams. */
import { hasTickets } from "../../model/live-tickets.ts";
import { ticketPath } from "../tickets.ts";
import type { Context } from "./context.ts";
import type { Node } from "./node.ts";
import { refusals, success } from "./responses.ts";
import { securityOfCallers } from "./security.ts";
import { data } from "./streams.ts";

/** What the operation is listed under; null where there are no tickets. */
export const ticketTag = ({ model }: Context): Node | null =>
  hasTickets(model) ? { name: "live", description: "Streams of what changes." } : null;

/** The path that gives out tickets. */
export const ticketPaths = (context: Context): Node =>
  hasTickets(context.model) ? { [ticketPath(context.model)]: { post: issuing(context) } } : {};

const issuing = (context: Context): Node => ({
  operationId: "live.ticket",
  tags: ["live"],
  summary: "Get a ticket for a stream",
  description:
    "Browsers cannot send headers with an `EventSource` or a `WebSocket`. A ticket stands for those of this request: once, for a minute.",
  responses: {
    200: success(context, "The ticket.", ticketRef(context)),
    ...refusals(context, ["VALIDATION_ERROR", "UNKNOWN_PARAMETER", "UNAUTHORIZED", "FORBIDDEN"]),
  },
  security: securityOfCallers(context),
});

const ticketRef = ({ components }: Context): Node =>
  components.schema("stream ticket", "StreamTicket", () => ({
    ...data({
      ticket: {
        type: "string",
        pattern: "^[\\w-]{43}$",
        description: "The parameter `ticket` of the stream.",
      },
      expiresAt: { type: "string", format: "date-time", description: "How long it can be used." },
    }),
    description: "A ticket for one stream.",
  }));

/** Streams of server-sent events: what they tell, each event by its name. */
import type { ResourceContext } from "./context.ts";
import type { Node } from "./node.ts";
import { aggregationRef, viewRef } from "./rows.ts";

const seq: Node = {
  type: "integer",
  minimum: 0,
  description: "Where in the order of all changes the event stands.",
};

const objectId: Node = { type: "string", description: "The id of the row." };

/** An event: its name, where to go on from after it, and its data, which is JSON on one line. */
export const event = (name: string, description: string, data: Node): Node => ({
  type: "object",
  description,
  required: ["event", "data"],
  properties: {
    event: { const: name },
    id: { type: "string", description: "Where to go on from after it." },
    data,
  },
});

/** Data with these members. */
export const data = (properties: Node): Node => ({
  type: "object",
  required: Object.keys(properties),
  properties,
});

/** An event that is the same for all resources. */
const shared = ({ components }: ResourceContext, name: string, make: () => Node): Node =>
  components.schema(`stream ${name}`, name, make);

const connected = (context: ResourceContext): Node =>
  shared(context, "StreamConnected", () => event("connected", "The stream has begun.", data({ seq })));

/** What following the rows of a resource tells, in order. */
export const eventsRef = (context: ResourceContext): Node => {
  const { resource, components } = context;
  const object = viewRef(context, resource);
  return listOf(
    components.schema(`event ${resource.key}`, `${resource.typeName}Event`, () => ({
      description: `What happens to rows of ${resource.key}.`,
      oneOf: [
        connected(context),
        event("existing", "A row that is there, where `snapshot=true` asks for them.", data({ object })),
        shared(context, "StreamSynced", () =>
          event("synced", "All rows that are there have been told.", data({ seq })),
        ),
        event("added", "A row came, or came into reach.", data({ seq, objectId, object })),
        event("changed", "A row is not what it was.", data({ seq, objectId, object })),
        shared(context, "RowRemoved", () =>
          event("removed", "A row was deleted, or is out of reach.", data({ seq, objectId })),
        ),
        shared(context, "StreamInvalidated", () =>
          event(
            "invalidate",
            "Changes could not be told one by one: read the rows again.",
            data({ seq, reason: { type: "string", enum: ["gap", "scope", "overflow", "schema"] } }),
          ),
        ),
      ],
    })),
  );
};

/** What following the aggregates of a resource tells, in order. */
export const aggregateEventsRef = (context: ResourceContext): Node => {
  const { resource, components } = context;
  const groups = aggregationRef(context);
  return listOf(
    components.schema(`aggregate event ${resource.key}`, `${resource.typeName}AggregateEvent`, () => ({
      description: `What rows of ${resource.key} come to.`,
      oneOf: [
        connected(context),
        event("aggregate", "The groups, at first and whenever they differ.", {
          allOf: [groups, data({ seq })],
        }),
      ],
    })),
  );
};

/** The events of a stream. */
export const listOf = (items: Node): Node => ({
  type: "array",
  description: "Server-sent events, one after another.",
  items,
});

/** `channel-object.ts`: the Durable Object class that holds the rooms of channels. */
import { channelBinding, channelClass } from "../model/channel-names.ts";
import type { ChannelsModel } from "../model/types.ts";
import { call, layOut, object } from "./expression.ts";
import { SourceFile } from "./source-file.ts";

/** @param generations How often the kept messages of a channel were given up, by its key. */
export function emitChannelObject({ list }: ChannelsModel, generations: ReadonlyMap<string, number>): string {
  const file = new SourceFile([channelClass]);
  const type = (name: string): string => file.useType("covara/runtime/live", name);
  const base = file.use("cloudflare:workers", "DurableObject");
  const hasPatterns = list.some(({ patterns }) => patterns);
  const rooms = object(
    list.map(
      ({ key, history, presence, patterns }) =>
        [
          key,
          object([
            ["history", `${history}`],
            ["presence", `${presence}`],
            ...(hasPatterns ? [["patterns", `${patterns}`] as const] : []),
            ...(generations.has(key) ? [["generation", `${generations.get(key)}`] as const] : []),
          ]),
        ] as const,
    ),
  );
  const host = call(
    `new ${file.use("covara/runtime/live", hasPatterns ? "PatternChannelHost" : "ChannelHost")}`,
    // Rooms then hand their messages to another object.
    ["this.ctx", rooms, ...(hasPatterns ? [`this.env.${channelBinding}`] : [])],
  );
  const switchboard = hasPatterns
    ? [
        "  /** Takes messages of a room, for those who listen to many rooms at once. */",
        `  forward(room: string, page: ${type("Page")}): number {`,
        "    return this.#host.forward(room, page);",
        "  }",
        "",
        "  /** Some of the rooms that match. */",
        `  rooms(patterns: readonly string[], after: string): ${type("RoomPage")} {`,
        "    return this.#host.rooms(patterns, after);",
        "  }",
        "",
        "  /** Hands on what could not be handed on before. */",
        "  override alarm(): Promise<void> {",
        "    return this.#host.alarm();",
        "  }",
        "",
      ]
    : [];
  return file
    .section(
      "/** Holds the rooms of the channels, each in an object of its own. */",
      `export class ${channelClass} extends ${base}<${file.useType("./env.js", "Env")}> {`,
      layOut("  readonly #host = ", host, ";"),
      "",
      "  /** Adds a message to the room, and sends it to those who listen. */",
      `  publish(content: string): ${type("LoggedMessage")} {`,
      "    return this.#host.publish(content);",
      "  }",
      "",
      "  /** The messages behind one. */",
      `  read(after: number): ${type("Page")} {`,
      "    return this.#host.read(after);",
      "  }",
      "",
      "  /** Who listens. */",
      `  presence(): ${type("Presence")} {`,
      "    return this.#host.presence();",
      "  }",
      "",
      ...switchboard,
      "  /** Opens the connection of one who listens. */",
      "  override fetch(request: Request): Response {",
      "    return this.#host.fetch(request);",
      "  }",
      "",
      "  /** Says that the object runs. */",
      "  ping(): boolean {",
      "    return true;",
      "  }",
      "",
      "  override webSocketClose(socket: WebSocket): void {",
      "    this.#host.closed(socket);",
      "  }",
      "",
      "  override webSocketError(socket: WebSocket): void {",
      "    this.#host.closed(socket);",
      "  }",
      "}",
    )
    .toString();
}

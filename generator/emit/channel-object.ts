/** `channel-object.ts`: the Durable Object class that holds the rooms of channels. */
import { channelClass } from "../model/channel-names.ts";
import type { ChannelsModel } from "../model/types.ts";
import { call, layOut, object } from "./expression.ts";
import { SourceFile } from "./source-file.ts";

export function emitChannelObject({ list }: ChannelsModel): string {
  const file = new SourceFile([channelClass]);
  const type = (name: string): string => file.useType("covara/runtime/live", name);
  const base = file.use("cloudflare:workers", "DurableObject");
  const rooms = object(
    list.map(
      ({ key, history, presence }) =>
        [
          key,
          object([
            ["history", `${history}`],
            ["presence", `${presence}`],
          ]),
        ] as const,
    ),
  );
  const host = call(`new ${file.use("covara/runtime/live", "ChannelHost")}`, ["this.ctx", rooms]);
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
      "  /** Opens the connection of one who listens. */",
      "  override fetch(request: Request): Response {",
      "    return this.#host.fetch(request);",
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

/** `live-object.ts`: the Durable Object class that reads the change log and tells the streams. */
import type { LiveModel, Model } from "../model/types.ts";
import { call, layOut, object } from "./expression.ts";
import { logName } from "./live-log.ts";
import { SourceFile } from "./source-file.ts";
import { numeral, property } from "./text.ts";

export function emitLiveObject({ database }: Model, { binding, className, retention }: LiveModel): string {
  const file = new SourceFile([className]);
  const base = file.use("cloudflare:workers", "DurableObject");
  const env = file.useType("./env.js", "Env");
  const host = call(`new ${file.use("covara/runtime/live", "LiveHost")}`, [
    "this.ctx",
    object([
      ["db", property("this.env", database.binding)],
      ["hubs", property("this.env", binding)],
      ["log", file.use("./live.js", logName)],
      ["retention", numeral(retention)],
    ]),
  ]);
  return file
    .section(
      "/** One object, the pump, reads the change log. The others are hubs, which pass changes on to streams. */",
      `export class ${className} extends ${base}<${env}> {`,
      layOut("  readonly #host = ", host, ";"),
      "",
      "  /** The pump reads what is new in the change log. */",
      "  poke(): Promise<void> {",
      "    return this.#host.poke();",
      "  }",
      "",
      "  /** The pump begins, or stops, to tell a hub of changes. */",
      "  listen(hub: string, isListening: boolean): Promise<void> {",
      "    return this.#host.listen(hub, isListening);",
      "  }",
      "",
      "  /** A hub tells its streams. Gives their number. */",
      "  receive(message: string): number {",
      "    return this.#host.receive(message);",
      "  }",
      "",
      "  /** Says that the object runs. */",
      "  ping(): boolean {",
      "    return true;",
      "  }",
      "",
      "  /** A stream comes to a hub. */",
      "  override fetch(request: Request): Promise<Response> {",
      "    return this.#host.fetch(request);",
      "  }",
      "",
      "  /** A stream leaves a hub. */",
      "  override webSocketClose(socket: WebSocket): Promise<void> {",
      "    return this.#host.closed(socket);",
      "  }",
      "",
      "  override webSocketError(socket: WebSocket): Promise<void> {",
      "    return this.#host.closed(socket);",
      "  }",
      "",
      "  /** The pump finds what no request has told it of. */",
      "  override alarm(): Promise<void> {",
      "    return this.#host.alarm();",
      "  }",
      "}",
    )
    .toString();
}

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request for a stream, and what can be done with it. */
export interface Opened {
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly response: ServerResponse;
  /** Begins a stream, with what stands first in it. */
  begin(text?: string): void;
  write(text: string): void;
  /** Breaks the connection, as a network does: without an end. */
  break(): void;
}

/** Serves streams over real HTTP for one test. @param retry What the streams ask clients to wait, in milliseconds. */
export async function serveStreams(
  open: (request: Opened, count: number) => void,
  retry = 5,
): Promise<{ url: string; opened: Opened[] }> {
  const opened: Opened[] = [];
  const server = createServer((request, response) => {
    const entry: Opened = {
      url: new URL(request.url ?? "", "http://server"),
      headers: request.headers,
      response,
      begin(text = "") {
        response.writeHead(200, { "Content-Type": "text/event-stream; charset=UTF-8" });
        response.write(`retry: ${retry}\n\n${text}`);
      },
      write: (text) => void response.write(text),
      break: () => void request.socket.destroy(),
    };
    opened.push(entry);
    open(entry, opened.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, opened };
}

/** An event as the server writes it. */
export const event = (type: string, data: object, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/** Answers with a problem. */
export function refuse({ response }: Opened, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/problem+json", ...headers });
  response.end(
    JSON.stringify({
      type: "about:blank",
      title: "Title",
      status,
      detail: "What happened.",
      code: `E${status}`,
    }),
  );
}

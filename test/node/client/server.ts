import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as a server received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Serves real HTTP for one test. An answer of null breaks the connection. */
export async function serve(
  answer: (request: Received) => Answer | null,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const entry = { method, url, headers, body: Buffer.concat(chunks).toString() };
      received.push(entry);
      const reply = answer(entry);
      if (reply === null) {
        request.socket.destroy();
        return;
      }
      const { status = 200, type = "application/json", body = "" } = reply;
      response.writeHead(status, { ...(status === 204 ? {} : { "Content-Type": type }), ...reply.headers });
      response.end(body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** Answers everything with a JSON value. */
export const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) });

/** An error as the API sends it. */
export const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  type: "application/problem+json; charset=UTF-8",
  body: JSON.stringify({
    type: `/__covara/problems/${code}`,
    title: "Title",
    status,
    detail: "What happened.",
    code,
    requestId: "r1",
    ...more,
  }),
});

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("The call did not fail");
}

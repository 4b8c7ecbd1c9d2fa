/** The page on which `covara dev` shows the API, and where it can be tried. */
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { page, policy, viewerFile, viewerPath } from "./viewer.ts";

export interface ApiPageOptions {
  /** Absolute path of the output folder. */
  readonly outDir: string;
  /** Port of the Worker on 127.0.0.1. The page's own is the next one, unless that is taken. */
  readonly port: string;
  /** Prints a line for the developer. */
  readonly say: (text: string) => void;
}

/** The page, there as long as the application has an OpenAPI document. */
export interface ApiPage extends AsyncDisposable {
  /** Opens or closes the page, as what was generated has a document or not. */
  update(): Promise<void>;
}

/** A page that opens with the first document. */
export function apiPage({ outDir, port, say }: ApiPageOptions): ApiPage {
  const document = path.join(outDir, "openapi.json");
  let server: http.Server | null = null;
  let last: Promise<void> = Promise.resolve();

  const close = async () => {
    const closing = server;
    server = null;
    if (closing === null) return;
    closing.close();
    closing.closeAllConnections();
    await once(closing, "close");
  };

  const follow = async () => {
    const wanted = fs.existsSync(document);
    if (wanted && server === null) {
      const opened = http.createServer((request, response) => answer(request, response, document, port));
      await listen(opened, Number(port) + 1);
      server = opened;
      say(`API page: http://127.0.0.1:${portOf(opened)}/`);
    } else if (!wanted) await close();
  };

  return {
    update() {
      // What went wrong before was reported then, and may be right by now.
      last = last.then(follow, follow);
      return last;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([last]);
      await close();
    },
  };
}

/** Listens on 127.0.0.1 only: on the port that is wanted, or on any that is free where that one is taken. */
async function listen(server: http.Server, wanted: number): Promise<void> {
  const attempt = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  try {
    await attempt(wanted <= 65_535 ? wanted : 0);
  } catch (error) {
    if (!["EADDRINUSE", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await attempt(0);
  }
}

function portOf(server: http.Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The API page listens on no port.");
  return address.port;
}

const headers = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": policy,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  document: string,
  port: string,
): Promise<void> {
  const { method, url = "/", socket } = request;
  const send = (status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, { ...headers, "Content-Type": type });
    response.end(method === "HEAD" ? undefined : body);
  };
  const refuse = (status: number, text: string) => send(status, "text/plain; charset=utf-8", `${text}\n`);
  // A page of another site that has its name point here would be of the same origin, and could use the API as the developer.
  const own = ["127.0.0.1", "localhost"].map((name) => `${name}:${socket.localPort}`);
  if (!own.includes(request.headers.host ?? "")) return refuse(403, "This page has another address.");
  const [pathname = "/"] = url.split("?", 1);
  try {
    if (pathname === "/") return send(200, "text/html; charset=utf-8", page);
    if (pathname === "/openapi.json") {
      return send(200, "application/json; charset=utf-8", await fs.promises.readFile(document));
    }
    if (pathname.startsWith(viewerPath)) {
      const file = await viewerFile(pathname.slice(viewerPath.length));
      return file === null ? refuse(404, "There is no such file.") : send(200, file.type, file.body);
    }
    await pass(request, response, own, port);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (response.headersSent) response.destroy();
    else refuse(502, `The Worker does not answer: ${message}`);
  }
}

/** Passes a request on to the Worker, as one of its own origin where it is one of the page's. */
async function pass(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  own: readonly string[],
  port: string,
): Promise<void> {
  const target = `127.0.0.1:${port}`;
  const { origin } = request.headers;
  const isOwn = own.some((host) => origin === `http://${host}`);
  const passed = http.request({
    host: "127.0.0.1",
    port,
    method: request.method,
    path: request.url,
    headers: { ...request.headers, host: target, ...(isOwn ? { origin: `http://${target}` } : {}) },
  });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    passed.once("response", resolve);
    passed.on("error", reject);
  });
  request.pipe(passed);
  response.once("close", () => passed.destroy());
  const found = await answered;
  response.writeHead(found.statusCode ?? 502, found.headers);
  await pipeline(found, response);
}

/**
 * Runs inside workerd: `GET /<name of a measured request>?times=n` sends it n times to the contender. Its database is
 * either the stub, or D1's own client in front of a service that knows the answers.
 */

import worker from "contender";
import recording from "recording";
import requests from "requests";
import { replay } from "../d1/replay.ts";

const stub = replay(recording);

export default {
  async fetch(request: Request, env: { readonly D1: unknown }, context: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    const ask = requests[decodeURIComponent(url.pathname.slice(1))];
    if (ask === undefined) return new Response("no such request", { status: 404 });
    const { method, path, headers, body } = ask;
    const db = url.searchParams.get("database") === "d1" ? env.D1 : stub;
    const length =
      body === undefined ? {} : { "Content-Length": String(new TextEncoder().encode(body).length) };
    const init = { method, headers: { ...headers, ...length }, ...(body === undefined ? {} : { body }) };
    for (let i = Number(url.searchParams.get("times")); i > 0; i--) {
      const sent = new Request(`https://taskboard.example${path}`, init);
      const response = await worker.fetch(sent, { DB: db }, context);
      // Bodies are left unread: they would go to the client without passing through JavaScript.
      if (response.status >= 300 || response.status === 204) {
        return new Response(`answered ${response.status}`, { status: 500 });
      }
    }
    return new Response("done");
  },
};

/** What the Worker under test reaches when it fetches: a service that publishes keys, and does as it is told. */

interface Published {
  status: number;
  body: string;
  fetches: number;
}

/**
 * Every host has a set of keys of its own at `/jwks.json`. `PUT` sets what it answers, by the header `X-Status` and the body;
 * `GET /fetches` tells how often the keys were fetched.
 */
export function issuer(): (request: Request) => Promise<Response> {
  const hosts = new Map<string, Published>();
  return async (request) => {
    const { host, pathname } = new URL(request.url);
    const known = hosts.get(host) ?? { status: 200, body: '{"keys":[]}', fetches: 0 };
    hosts.set(host, known);
    if (request.method === "PUT") {
      known.status = Number(request.headers.get("X-Status") ?? 200);
      known.body = await request.text();
      return new Response();
    }
    if (pathname === "/fetches") return new Response(`${known.fetches}`);
    known.fetches += 1;
    // The same for all that come at once.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return new Response(known.body, {
      status: known.status,
      headers: known.status === 302 ? { Location: "https://evil.test/jwks.json" } : {},
    });
  };
}

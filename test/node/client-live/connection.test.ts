import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  openStream,
  type Stream,
  type StreamHandlers,
  type StreamTiming,
} from "../../../runtime/client/live/connection.ts";
import { type ClientOptions, connect } from "../../../runtime/client/transport.ts";
import { event, refuse, serveStreams } from "./stream-server.ts";

const quick: StreamTiming = { silence: 45_000, longestPause: 20, settled: 10_000 };

interface Heard {
  readonly log: string[];
  readonly errors: unknown[];
  readonly stream: Stream;
}

/** Opens a stream and notes all that is told of it. */
function listen(
  url: string,
  {
    timing = quick,
    ready,
    ...options
  }: Partial<ClientOptions> & Pick<StreamHandlers, "ready"> & { timing?: StreamTiming } = {},
): Heard {
  const log: string[] = [];
  const errors: unknown[] = [];
  const stream = openStream(
    connect({ baseUrl: url, ...options }),
    "/api/todos/subscribe",
    { filter: "done==false" },
    {
      opened: (isResumed) => log.push(isResumed ? "resumed" : "begun"),
      event: ({ type, data }) => log.push(`${type} ${JSON.stringify(data)}`),
      state: (state, error) => {
        log.push(state);
        if (error !== null) errors.push(error);
      },
      ...(ready && { ready }),
    },
    timing,
  );
  onTestFinished(() => stream.close());
  return { log, errors, stream };
}

describe("a stream over HTTP", () => {
  test("goes on behind the last event that came whole", async () => {
    const server = await serveStreams((request, count) => {
      if (count === 1) {
        request.begin(event("connected", { seq: 1 }, "e.1") + event("added", { seq: 2 }, "e.2"));
        request.write("id: e.3\nevent: added\nda");
        setTimeout(() => request.break(), 20);
      } else request.begin(event("connected", { seq: 3 }, "e.3") + event("added", { seq: 3 }));
    });
    const { log, errors } = listen(server.url);
    await vi.waitFor(() => expect(log).toContain('added {"seq":3}'));
    expect(log).toEqual([
      ...["connecting", "live", "begun", 'connected {"seq":1}', 'added {"seq":2}'],
      ...["connecting", "live", "resumed", 'connected {"seq":3}', 'added {"seq":3}'],
    ]);
    expect(errors).toHaveLength(1);
    expect(server.opened.map(({ url }) => url.search)).toEqual([
      "?filter=done%3D%3Dfalse",
      "?filter=done%3D%3Dfalse&resumeFrom=e.2",
    ]);
    expect(server.opened[0]?.headers.accept).toBe("text/event-stream");
  });

  test("asks again for an event that was damaged on the way", async () => {
    const server = await serveStreams((request, count) => {
      request.begin(event("connected", { seq: 1 }, "e.1"));
      request.write(
        count === 1 ? 'id: e.2\nevent: added\ndata: {"se\n\n' : event("added", { seq: 2 }, "e.2"),
      );
    });
    const { log, errors } = listen(server.url);
    await vi.waitFor(() => expect(log).toContain('added {"seq":2}'));
    expect(errors).toEqual([expect.any(SyntaxError)]);
    expect(server.opened.map(({ url }) => url.searchParams.get("resumeFrom"))).toEqual([null, "e.1"]);
  });

  test("is asked for again after 503, 429, a broken connection and what is no stream", async () => {
    const server = await serveStreams((request, count) => {
      if (count === 1) refuse(request, 503);
      else if (count === 2) refuse(request, 429, { "Retry-After": "0" });
      else if (count === 3) request.break();
      else if (count === 4)
        request.response.writeHead(200, { "Content-Type": "text/html" }).end("<p>Sign in");
      else if (count === 5) request.begin("event: connected\ndata: {\n\n");
      else request.begin(event("connected", { seq: 1 }));
    });
    const { log, errors } = listen(server.url);
    await vi.waitFor(() => expect(log).toContain("live"));
    expect(log.slice(0, -3)).toEqual(["connecting", "offline", "offline", "offline", "offline", "offline"]);
    expect(errors.map((error) => (error as Error).name)).toEqual([
      ...["CovaraError", "CovaraError", "CovaraNetworkError", "CovaraError", "SyntaxError"],
    ]);
  });

  test("waits as long as the server asks", async () => {
    const times: number[] = [];
    const server = await serveStreams((request, count) => {
      times.push(performance.now());
      if (count === 1) refuse(request, 503, { "Retry-After": "1" });
      else request.begin(event("connected", { seq: 1 }));
    });
    const { log } = listen(server.url);
    await vi.waitFor(() => expect(log).toContain("live"), { timeout: 10_000 });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950);
  });

  test.each([400, 401, 403, 404])("ends for good with %i", async (status) => {
    const server = await serveStreams((request) => refuse(request, status));
    const { log, errors } = listen(server.url);
    await vi.waitFor(() => expect(log).toEqual(["connecting", "closed"]));
    expect(errors).toMatchObject([{ name: "CovaraError", status }]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(server.opened).toHaveLength(1);
  });

  test("gets a new token where the server refuses the one it has", async () => {
    const server = await serveStreams((request) => {
      if (request.headers.authorization === "Bearer new") request.begin(event("connected", { seq: 1 }));
      else refuse(request, 401);
    });
    let current = "old";
    const token = ({ refresh }: { refresh: boolean }): string => {
      if (refresh) current = "new";
      return current;
    };
    const { log } = listen(server.url, { token });
    await vi.waitFor(() => expect(log).toContain("begun"));
    expect(server.opened.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
  });

  test("is cut where nothing is heard, and not where only comments are", async () => {
    const server = await serveStreams((request, count) => {
      request.begin(event("connected", { seq: 1 }, "e.1"));
      if (count > 1) return;
      let signs = 0;
      const timer = setInterval(() => {
        request.write(`: keepalive\nid: e.${++signs + 1}\n\n`);
        if (signs === 10) clearInterval(timer);
      }, 30);
    });
    const { log, errors } = listen(server.url, { timing: { ...quick, silence: 1_000 } });
    await vi.waitFor(() => expect(log.filter((entry) => entry === "live")).toHaveLength(2), {
      timeout: 10_000,
    });
    expect(server.opened[1]?.url.searchParams.get("resumeFrom")).toBe("e.11");
    expect((errors[0] as Error).message).toContain("nothing was heard");
  });

  test("is cut where the server never answers at all", async () => {
    const server = await serveStreams((request, count) => {
      if (count > 1) request.begin(event("connected", { seq: 1 }));
    });
    const { log } = listen(server.url, { timing: { ...quick, silence: 100 } });
    await vi.waitFor(() => expect(log).toContain("live"), { timeout: 10_000 });
    expect(log.slice(0, 2)).toEqual(["connecting", "offline"]);
  });

  test("reads no more than is taken, and takes no silence of its own for the server's", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await serveStreams((request) => request.begin(event("connected", { seq: 1 })));
    const { log } = listen(server.url, { timing: { ...quick, silence: 60 }, ready: () => gate });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(log).toEqual(["connecting"]);
    release();
    await vi.waitFor(() => expect(log).toContain("live"));
    expect(server.opened).toHaveLength(1);
  });

  test("begins anew where that is asked, without the id that it had", async () => {
    const server = await serveStreams((request) =>
      request.begin(event("connected", { seq: 1 }, "e.1") + event("added", { seq: 2 }, "e.2")),
    );
    const { log, stream } = listen(server.url);
    await vi.waitFor(() => expect(log).toContain('added {"seq":2}'));
    stream.restart();
    await vi.waitFor(() => expect(server.opened).toHaveLength(2));
    await vi.waitFor(() => expect(log.filter((entry) => entry === "begun")).toHaveLength(2));
    expect(server.opened[1]?.url.searchParams.has("resumeFrom")).toBe(false);
    expect(log).not.toContain("offline");
  });

  test("is closed on the server too, and says nothing more", async () => {
    let isGone = false;
    const server = await serveStreams((request) => {
      request.response.on("close", () => {
        isGone = true;
      });
      request.begin(event("connected", { seq: 1 }));
    });
    const { log, stream } = listen(server.url);
    await vi.waitFor(() => expect(log).toContain('connected {"seq":1}'));
    stream.close();
    await vi.waitFor(() => expect(isGone).toBe(true));
    expect(log.at(-1)).toBe("closed");
    expect(server.opened).toHaveLength(1);
  });

  test("a page that comes online does not wait, and one that goes offline does not hope", async () => {
    const page = new EventTarget();
    const target = Object.assign(new EventTarget(), { visibilityState: "visible" });
    vi.stubGlobal("document", target);
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    onTestFinished(() => void vi.unstubAllGlobals());
    const server = await serveStreams((request, count) => {
      if (count === 2) refuse(request, 503);
      else request.begin(event("connected", { seq: 1 }, "e.1"));
    }, 3_600_000);
    const { log, errors } = listen(server.url, { timing: { ...quick, longestPause: 3_600_000 } });
    await vi.waitFor(() => expect(log).toContain("live"));
    page.dispatchEvent(new Event("offline"));
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    page.dispatchEvent(new Event("online"));
    await vi.waitFor(() => expect(log).toContain("offline"));
    target.dispatchEvent(new Event("visibilitychange"));
    await vi.waitFor(() => expect(log.filter((entry) => entry === "live")).toHaveLength(2));
  });
});

import fs from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { apiPage } from "../../generator/cli/dev/api-page.ts";
import { configText, installPackages, project, start } from "../node/cli/harness.ts";

/** A server on a free port, and the port. */
async function listening<S extends http.Server | ReturnType<typeof createServer>>(
  server: S,
): Promise<{ readonly server: S; readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return { server, port: address.port };
}

const described = configText().replace("database: d1(),", "database: d1(),\n  openapi: true,");

/** The address that covara printed last. */
const addressIn = (output: string): string =>
  /API page: (http:\S+)(?![\s\S]*API page)/.exec(output)?.[1] ?? "";

/** Sends a request with headers that `fetch` does not let through. */
function send(
  url: string,
  headers: http.OutgoingHttpHeaders,
  method = "GET",
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { headers, method }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    request.on("error", reject);
    request.end();
  });
}

describe("covara dev: the API page", () => {
  test("shows the API as it is, lets it be tried, and ends with covara", async () => {
    using target = project({ "covara.config.ts": described, "package.json": "{}" });
    installPackages(target);
    const { server, port } = await listening(createServer());
    await new Promise((resolve) => server.close(resolve));
    await using dev = start(["dev", "--port", String(port)], target.root);
    await dev.printed("API page: http://127.0.0.1:");
    const base = addressIn(dev.output());

    const answer = await fetch(base);
    const html = await answer.text();
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    // All that the page needs is here, and nothing of it elsewhere.
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = ""]) => link);
    expect(links.length).toBe(4);
    for (const link of links) {
      expect(link).toMatch(/^\/__covara\/viewer\//);
      const file = await fetch(new URL(link, base));
      expect([link, file.status, file.headers.get("X-Content-Type-Options")]).toEqual([link, 200, "nosniff"]);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    expect((await fetch(new URL("/__covara/viewer/package.json", base))).status).toBe(404);
    expect((await fetch(new URL("/__covara/viewer/..%2fpackage.json", base))).status).toBe(404);

    const document = await (await fetch(new URL("/openapi.json", base))).text();
    expect(document).toBe(target.get("generated/openapi.json"));
    expect(Object.keys(JSON.parse(document).paths)).toContain("/api/items");

    // What the page sends goes to the Worker, which serves the same document.
    await dev.printed("Ready on");
    const page = await fetch(new URL("/api/items?limit=1", base));
    expect([page.status, await page.json()]).toMatchObject([200, { items: [], hasMore: false }]);
    const served = await fetch(`http://127.0.0.1:${port}/openapi.json`);
    expect(await served.json()).toEqual(JSON.parse(document));
    expect((await fetch(new URL("/api/items", base), { method: "POST" })).status).toBe(405);

    // The document follows the config.
    target.put("covara.config.ts", described.replace("title:", "note: field.text().optional(), title:"));
    await dev.printed("updated  generated/openapi.json");
    expect(await (await fetch(new URL("/openapi.json", base))).text()).toContain('"note"');

    expect(await dev.stop()).toBe(0);
    await expect(fetch(base)).rejects.toThrow();
  });

  test("is there as long as there is a document, and answers only to its own name", async () => {
    using target = project({ "out/openapi.json": "{}" });
    const worker = await listening(
      http.createServer((request, response) => {
        response.end(
          JSON.stringify([request.method, request.url, request.headers.origin, request.headers.host]),
        );
      }),
    );
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.once("error", () => resolve());
      taken.listen(worker.port + 1, "127.0.0.1", resolve);
    });
    const said: string[] = [];
    const outDir = path.join(target.root, "out");
    const page = apiPage({ outDir, port: String(worker.port), say: (text) => said.push(text) });
    try {
      await page.update();
      await page.update();
      // The next port is taken, so it has another.
      expect(said).toHaveLength(1);
      const base = addressIn(said[0] ?? "");
      const { host, origin } = new URL(base);
      const url = new URL("/api/items?x=1", base).href;
      const asked = (headers: http.OutgoingHttpHeaders) => send(url, headers, "POST");
      const workerHost = `127.0.0.1:${worker.port}`;
      expect(await asked({ host, origin })).toEqual({
        status: 200,
        text: JSON.stringify(["POST", "/api/items?x=1", `http://${workerHost}`, workerHost]),
      });
      // A request of another site stays one, for the Worker to refuse.
      expect((await asked({ host, origin: "https://evil.example" })).text).toContain("https://evil.example");
      expect((await asked({ host: "evil.example", origin })).status).toBe(403);

      await new Promise((resolve) => worker.server.close(resolve));
      expect(await send(url, { host, connection: "close" })).toMatchObject({ status: 502 });

      fs.rmSync(path.join(outDir, "openapi.json"));
      await page.update();
      await expect(fetch(base)).rejects.toThrow();
    } finally {
      await page[Symbol.asyncDispose]();
      taken.close();
      worker.server.close();
    }
  });
});

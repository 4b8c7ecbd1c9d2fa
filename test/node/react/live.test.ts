/** Live lists in components. */
import "./dom.ts";
import { act, createElement } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, expect, test } from "vitest";
import {
  connect,
  type LiveOptions,
  type LiveStore,
  living,
  type OrderBy,
} from "../../../runtime/client/index.ts";
import { type Live, useLive } from "../../../runtime/react/index.ts";
import { hydrate, render, strict, unmountAll, until, watching } from "./rendering.ts";

interface Note {
  id: string;
  title: string;
}

interface NotesLive extends LiveStore<Note> {
  update(id: string, patch: { title: string }): Promise<Note>;
}

interface Notes {
  live(options?: LiveOptions<keyof Note, OrderBy<keyof Note>, { title?: string }>): NotesLive;
}

/** A server with two rows, which tells how many streams are open. */
class NotesServer {
  /** What was asked for with each stream. */
  readonly streams: string[] = [];
  open = 0;
  refuses = false;
  isForbidden = false;
  readonly #controllers = new Set<ReadableStreamDefaultController<Uint8Array>>();

  readonly notes: Notes = living(
    connect({ baseUrl: "", fetch: (url, { method, signal }) => this.#answer(url, method, signal) }),
    "/api/notes",
    { fields: ["id", "title"], defaults: {}, times: [], createdAt: [], updatedAt: [] },
    { update: connect({ baseUrl: "", fetch: (url, { method }) => this.#answer(url, method) }) },
  );

  tell(type: string, data: object): void {
    for (const controller of this.#controllers) this.#send(controller, type, data);
  }

  #send(controller: ReadableStreamDefaultController<Uint8Array>, type: string, data: object): void {
    controller.enqueue(new TextEncoder().encode(`id: 1\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`));
  }

  #answer(url: string, method: string, signal?: AbortSignal): Response {
    if (method === "PATCH") {
      if (!this.refuses) return Response.json({ id: a.id, title: "patched" });
      const problem = { type: "about:blank", title: "No", status: 409, code: "CONFLICT", detail: "No." };
      return Response.json(problem, { status: 409 });
    }
    this.streams.push(url);
    if (this.isForbidden) {
      const problem = { type: "about:blank", title: "No", status: 403, code: "FORBIDDEN", detail: "No." };
      return Response.json(problem, { status: 403 });
    }
    this.open += 1;
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#controllers.add(controller);
        this.#send(controller, "connected", { seq: 1 });
        for (const object of [b, a]) this.#send(controller, "existing", { object });
        this.#send(controller, "synced", { seq: 1 });
        signal?.addEventListener("abort", () => {
          this.open -= 1;
          this.#controllers.delete(own);
          own.error(signal.reason);
        });
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }
}

const a = { id: "00000000-0000-7000-8000-00000000000a", title: "a" };
const b = { id: "00000000-0000-7000-8000-00000000000b", title: "b" };

afterEach(unmountAll);

const useNotes = (server: NotesServer, options?: Parameters<Notes["live"]>[0]): Live<NotesLive> =>
  useLive(server.notes, options, (notes, asked) => notes.live(asked));

test("one list and one connection, in strict mode, for all who ask for the same", async () => {
  const server = new NotesServer();
  // The options are other objects each time.
  const one = watching(() => useNotes(server, { orderBy: ["title"], where: {} }));
  const two = watching(() => useNotes(server, { where: {}, orderBy: ["title"] }));
  await render(one.component);
  await render(two.component);
  await until(() => [one, two].every(({ all }) => all.at(-1)?.status === "live"));
  expect(one.all.at(-1)?.items).toEqual([a, b]);
  expect(two.all.at(-1)?.items).toBe(one.all.at(-1)?.items);
  expect(server.streams).toHaveLength(1);
  await act(async () => server.tell("changed", { seq: 2, objectId: a.id, object: { ...a, title: "z" } }));
  await until(() => [one, two].every(({ all }) => all.at(-1)?.items[0]?.title === "b"));
  expect(one.all.at(-1)?.items.map(({ title }) => title)).toEqual(["b", "z"]);
});

test("another list where something else is asked for, and the same value until something changes", async () => {
  const server = new NotesServer();
  let title: string | undefined;
  const notes = watching(() => useNotes(server, { where: title === undefined ? {} : { title } }));
  const root = await render(notes.component);
  await until(() => notes.all.at(-1)?.status === "live");
  const before = notes.all.at(-1);
  await act(async () => root.render(strict(notes.component)));
  expect(notes.all.at(-1)).toBe(before);
  title = "a";
  await act(async () => root.render(strict(() => notes.component({}))));
  await until(() => server.streams.length === 2);
  expect(decodeURIComponent(server.streams[1] ?? "")).toContain('filter=title=="a"');
});

test("writes show at once, and who wants to be told of refusals needs no catch", async () => {
  const server = new NotesServer();
  const errors: unknown[] = [];
  const notes = watching(() => useNotes(server, { onError: (error) => void errors.push(error) }));
  await render(notes.component);
  await until(() => notes.all.at(-1)?.status === "live");
  const held = watching(() => useNotes(server));
  await render(held.component);

  server.refuses = true;
  await act(async () => {
    void notes.all.at(-1)?.update(a.id, { title: "guess" });
  });
  await until(() => errors.length === 1);
  expect(notes.all.some(({ items }) => items.some(({ title }) => title === "guess"))).toBe(true);
  await until(() => notes.all.at(-1)?.items.every(({ title }) => title !== "guess") === true);
  // Who did not ask to be told has the promise.
  await act(async () => {
    await expect(held.all.at(-1)?.update(a.id, { title: "guess" })).rejects.toMatchObject({ status: 409 });
  });
  expect(errors).toHaveLength(1);
});

test("a list that the server has ended is opened anew by who comes later", async () => {
  const server = new NotesServer();
  server.isForbidden = true;
  const notes = watching(() => useNotes(server));
  const root = await render(notes.component);
  await until(() => notes.all.at(-1)?.status === "closed");
  expect(notes.all.at(-1)?.error).toMatchObject({ status: 403 });
  await act(async () => root.unmount());
  server.isForbidden = false;
  await render(notes.component);
  await until(() => notes.all.at(-1)?.status === "live");
});

test("a server shows nothing, opens nothing, and a page takes that over", async () => {
  const server = new NotesServer();
  const Titles = () =>
    createElement(
      "p",
      null,
      useNotes(server)
        .items.map(({ title }) => title)
        .join(),
    );
  const html = renderToString(strict(Titles));
  expect(html).toBe("<p></p>");
  expect(server.streams).toEqual([]);
  const { element, complaints } = await hydrate(html, Titles);
  await until(() => element.textContent !== "");
  expect(element.textContent).toMatch(/^(a,b|b,a)$/);
  expect(complaints).toEqual([]);
});

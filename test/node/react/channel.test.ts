/** Rooms of channels in components. */
import "./dom.ts";
import { act, createElement, type FunctionComponent } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, test } from "vitest";
import { CovaraError, createClient } from "../../../generated/client.ts";
import { CovaraProvider, useChatChannel } from "../../../generated/react.ts";
import {
  type ChannelSnapshot,
  type ChannelStore,
  connect,
  type FetchOptions,
  listening,
} from "../../../runtime/client/index.ts";
import { useChannel } from "../../../runtime/react/index.ts";
import { hydrate, render, strict, unmountAll, until, watching } from "./rendering.ts";

afterEach(unmountAll);

/** One room of a server that answers as the routes of a channel do. */
class RoomServer {
  /** What was asked for with each stream. */
  readonly streams: string[] = [];
  open = 0;
  refuses = false;
  readonly messages: object[] = [];
  readonly users = new Set(["ann"]);
  readonly #tellers = new Set<(type: string, data: object, id?: number) => void>();

  readonly client = createClient({ baseUrl: "", fetch: (url, options) => this.answer(url, options) });

  tell(type: string, data: object, id?: number): void {
    for (const teller of this.#tellers) teller(type, data, id);
  }

  say(text: string): object {
    const seq = this.messages.length + 1;
    const message = { seq, text, from: "ann", at: "2026-01-01T00:00:00.000Z" };
    this.messages.push(message);
    this.tell("message", message, seq);
    return message;
  }

  async answer(url: string, { method, signal, body }: FetchOptions): Promise<Response> {
    if (this.refuses) {
      const problem = { type: "about:blank", title: "No", status: 403, code: "FORBIDDEN", detail: "No." };
      return Response.json(problem, {
        status: 403,
        headers: { "Content-Type": "application/problem+json" },
      });
    }
    if (method === "POST") return Response.json(this.say(JSON.parse(String(body)).text), { status: 201 });
    if (url.endsWith("/presence")) {
      const items = [...this.users].map((userId) => ({ userId, connections: 1 }));
      return Response.json({ items, total: items.length });
    }
    this.streams.push(url);
    return this.#stream(Number(new URL(url, "https://covara.test").searchParams.get("history")), signal);
  }

  #stream(history: number, signal: FetchOptions["signal"]): Response {
    this.open += 1;
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const teller = (type: string, data: object, id?: number): void =>
          controller.enqueue(
            encoder.encode(
              `${id === undefined ? "" : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`,
            ),
          );
        const latest = this.messages.length;
        const seq = Math.max(0, latest - history);
        teller("connected", { seq, latest }, seq);
        this.messages.slice(seq).forEach((message, index) => {
          teller("message", message, seq + index + 1);
        });
        this.#tellers.add(teller);
        signal?.addEventListener("abort", () => {
          this.open -= 1;
          this.#tellers.delete(teller);
          controller.error(signal.reason);
        });
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }
}

const within =
  ({ client }: RoomServer, component: FunctionComponent): FunctionComponent =>
  () =>
    createElement(CovaraProvider, { client }, createElement(component));

const texts = (messages: readonly { readonly text: string }[] | undefined) =>
  messages?.map(({ text }) => text);

describe("rooms in components", () => {
  test("have one connection, in strict mode, for all who ask for the same", async () => {
    const server = new RoomServer();
    server.say("before");
    // The parameters are other objects each time.
    const one = watching(() => useChatChannel({ room: "a" }));
    const two = watching(() => useChatChannel({ room: "a" }, {}));
    await render(within(server, one.component));
    await render(within(server, two.component));
    await until(() => [one, two].every(({ all }) => all.at(-1)?.status === "live"));
    expect(server.streams).toEqual(["/api/channels/chat/a?history=50"]);
    expect(one.all.at(-1)).toMatchObject({ users: ["ann"], error: null });
    expect(texts(one.all.at(-1)?.messages)).toEqual(["before"]);
    expect(two.all.at(-1)?.messages).toBe(one.all.at(-1)?.messages);
    server.tell("join", { userId: "bob" });
    await act(async () => void server.say("after"));
    await until(() => [one, two].every(({ all }) => all.at(-1)?.messages.length === 2));
    expect(one.all.at(-1)?.users).toEqual(["ann", "bob"]);
  });

  test("are others for other parameters and settings, and the same value until something changes", async () => {
    const server = new RoomServer();
    const asked = { room: "a" };
    const room = watching(() => useChatChannel({ ...asked }, { history: 5 }));
    const component = within(server, room.component);
    const root = await render(component);
    await until(() => room.all.at(-1)?.status === "live");
    const before = room.all.at(-1);
    await act(async () => root.render(strict(component)));
    expect(room.all.at(-1)).toBe(before);
    asked.room = "b";
    await act(async () => root.render(strict(component)));
    await until(() => server.streams.length === 2);
    await render(within(server, watching(() => useChatChannel({ room: "b" }, { history: 6 })).component));
    await until(() => server.streams.length === 3);
    expect(server.streams).toEqual([
      "/api/channels/chat/a?history=5",
      "/api/channels/chat/b?history=5",
      "/api/channels/chat/b?history=6",
    ]);
  });

  test("move to another room without being made anew", async () => {
    const server = new RoomServer();
    let room: string | null = null;
    const chat = watching(() => useChatChannel(room === null ? null : { room }));
    const component = within(server, chat.component);
    const root = await render(component);
    expect(chat.all.at(-1)).toMatchObject({ messages: [], users: [], status: "closed", error: null });
    expect(server.streams).toEqual([]);
    await expect(chat.all.at(-1)?.publish({ text: "x" })).rejects.toThrow("was not told which room");
    room = "a";
    await act(async () => root.render(strict(component)));
    await until(() => chat.all.at(-1)?.status === "live");
    room = null;
    await act(async () => root.render(strict(component)));
    expect(chat.all.at(-1)).toMatchObject({ messages: [], status: "closed" });
  });

  test("publish, and tell those who ask of what is refused", async () => {
    const server = new RoomServer();
    const errors: unknown[] = [];
    const room = watching(() =>
      useChatChannel({ room: "a" }, { onError: (error) => void errors.push(error) }),
    );
    const other = watching(() => useChatChannel({ room: "a" }));
    await render(within(server, room.component));
    await render(within(server, other.component));
    await until(() => room.all.at(-1)?.status === "live");
    await act(async () => {
      expect(await room.all.at(-1)?.publish({ text: "Hello" })).toMatchObject({ seq: 1, text: "Hello" });
    });
    await until(() => texts(other.all.at(-1)?.messages)?.join() === "Hello");
    server.refuses = true;
    // Nobody looks at this promise.
    void room.all.at(-1)?.publish({ text: "Again" });
    await until(() => errors.length === 1);
    expect(errors[0]).toMatchObject({ status: 403 });
    await expect(other.all.at(-1)?.publish({ text: "Again" })).rejects.toBeInstanceOf(CovaraError);
    expect(errors).toHaveLength(1);
    expect(texts(room.all.at(-1)?.messages)).toEqual(["Hello"]);
  });

  test("that no URL leads to are closed with an error, and so is what is sent there", async () => {
    const server = new RoomServer();
    const room = watching(() => useChatChannel({ room: ".." }));
    await render(within(server, room.component));
    expect(room.all.at(-1)).toMatchObject({
      status: "closed",
      error: { status: 400, code: "VALIDATION_ERROR" },
    });
    await expect(room.all.at(-1)?.publish({ text: "x" })).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    expect(server.streams).toEqual([]);
  });

  test("that the server has refused are opened anew by who comes later", async () => {
    const server = new RoomServer();
    server.refuses = true;
    const room = watching(() => useChatChannel({ room: "a" }));
    const root = await render(within(server, room.component));
    await until(() => room.all.at(-1)?.status === "closed");
    expect(room.all.at(-1)?.error).toMatchObject({ status: 403 });
    await act(async () => root.unmount());
    server.refuses = false;
    await render(within(server, room.component));
    await until(() => room.all.at(-1)?.status === "live");
  });

  test("have no users, and nothing to publish with, where their channel has not", async () => {
    const server = new RoomServer();
    interface News {
      live(params: object): ChannelStore<ChannelSnapshot<{ readonly text: string }>>;
    }
    const send = connect({ baseUrl: "", fetch: (url, options) => server.answer(url, options) });
    const news: News = listening(send, "/api/channels/news", {});
    let isAsked = false;
    const room = watching(() => useChannel(news, isAsked ? {} : undefined));
    await render(room.component);
    expect(Object.keys(room.all.at(-1) ?? {}).sort()).toEqual(["error", "messages", "refetch", "status"]);
    isAsked = true;
    const opened = watching(() => useChannel(news, {}));
    await render(opened.component);
    await until(() => opened.all.at(-1)?.status === "live");
    expect(Object.keys(opened.all.at(-1) ?? {}).sort()).toEqual(["error", "messages", "refetch", "status"]);
    await act(async () => opened.all.at(-1)?.refetch());
    await until(() => server.streams.length === 2);
  });

  test("open nothing on a server, and a page takes over what it shows", async () => {
    const server = new RoomServer();
    server.say("Hello");
    const Texts = within(server, () => {
      const { messages, users, status } = useChatChannel({ room: "a" });
      return createElement("p", null, `${status} ${texts(messages)} ${users}`);
    });
    const html = renderToString(strict(Texts));
    expect(html).toBe("<p>loading  </p>");
    expect(server.streams).toEqual([]);
    // Another component has the room open before the page takes over.
    const early = watching(() => useChatChannel({ room: "a" }));
    await render(within(server, early.component));
    await until(() => early.all.at(-1)?.status === "live");
    const { element, complaints } = await hydrate(html, Texts);
    await until(() => element.textContent === "live Hello ann");
    expect(complaints).toEqual([]);
    expect(server.streams).toHaveLength(1);
  });
});

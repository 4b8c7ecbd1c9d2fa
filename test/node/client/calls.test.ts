import { describe, expect, test } from "vitest";
import { CovaraError } from "../../../runtime/client/index.ts";
import { createClient } from "../../types/fixtures/client/taskboard/client.ts";
import { failure, json, type Received, serve } from "./server.ts";

const id = "0190b5a4-6c1d-7000-8000-00000000000A";
const todo = { id, title: "Ship", done: false, dueAt: null, meta: null, ownerId: id };
const page = { items: [todo], nextCursor: null, hasMore: false };

const lines = (received: readonly Received[]): string[] =>
  received.map(({ method, url, body }) => `${method} ${url}${body === "" ? "" : ` ${body}`}`);

describe("calls", () => {
  test("list sends its options as the query (contract 3.2) and gives the page", async () => {
    const { url, received } = await serve(() => json({ ...page, totalCount: 1 }));
    const { todos } = createClient({ baseUrl: url });
    expect(await todos.list()).toEqual({ ...page, totalCount: 1 });
    await todos.list({
      orderBy: ["-dueAt", "title"],
      limit: 5,
      cursor: "a+b/=&",
      select: ["id"],
      totalCount: true,
    });
    await todos.list({ orderBy: [], limit: undefined, cursor: null, select: undefined, totalCount: false });
    expect(lines(received)).toEqual([
      "GET /api/todos",
      "GET /api/todos?orderBy=-dueAt,title&limit=5&cursor=a%2Bb%2F%3D%26&select=id&totalCount=true",
      "GET /api/todos",
    ]);
  });

  test("an empty selection reaches the server, which refuses it, instead of meaning all fields", async () => {
    const { url, received } = await serve(() => json(page));
    await createClient({ baseUrl: url }).todos.list({ select: [] });
    expect(lines(received)).toEqual(["GET /api/todos?select="]);
  });

  test("list, paginate and count send the filter, with what a URL needs escaped", async () => {
    const { url, received } = await serve(({ url: path }) =>
      path.includes("/count") ? json({ count: 3 }) : json(page),
    );
    const { todos } = createClient({ baseUrl: url });
    await todos.list({ filter: 'title=="a&b +1";done==false', limit: 5 });
    await todos.count({ filter: "dueAt>=2026-01-01T00:00:00+01:00" });
    for await (const _ of todos.paginate({ filter: "done==true" }));
    // Refused by the server; left out, it would count all rows.
    await todos.count({ filter: "" });
    expect(lines(received)).toEqual([
      "GET /api/todos?filter=title%3D%3D%22a%26b%20%2B1%22%3Bdone%3D%3Dfalse&limit=5",
      "GET /api/todos/count?filter=dueAt%3E%3D2026-01-01T00%3A00%3A00%2B01%3A00",
      "GET /api/todos?filter=done%3D%3Dtrue",
      "GET /api/todos/count?filter=",
    ]);
  });

  test("list, paginate and get send include as one text, with what a URL needs escaped (contract 3.4)", async () => {
    const { url, received } = await serve(({ url: path }) => json(path.includes(id) ? todo : page));
    const { todos, drafts } = createClient({ baseUrl: url });
    await todos.list({
      include: {
        owner: true,
        drafts: {
          limit: 5,
          select: ["id", "text"],
          orderBy: ["-text", "id"],
          filter: 'text=="a;limit:1)&\\"b\\" +"',
          include: {
            todo: { include: { owner: { select: ["email"] } } },
            reviewers: true,
            author: undefined,
          },
        },
      },
    });
    for await (const _ of todos.paginate({ include: { owner: { filter: "" } }, limit: 1 }));
    await drafts.get(id, { include: { reviewers: { orderBy: [], select: [] } } });
    await todos.get(id, { include: {} });
    await todos.list({ include: { owner: undefined } });
    const sent = received.map(({ url: path }) => new URL(path, url).searchParams.get("include"));
    expect(sent).toEqual([
      'owner,drafts(limit:5;select:id,text;orderBy:-text,id;filter:text=="a;limit:1)&\\"b\\" +").todo.owner(select:email),drafts.reviewers',
      "owner(filter:)",
      "reviewers(select:)",
      null,
      null,
    ]);
  });

  test("reads ask for deleted rows only where they are told to (contract 3.8)", async () => {
    const draft = { id, text: "x", ownerId: id, deletedAt: null };
    const { url, received } = await serve(({ url: path }) => {
      if (path.includes("/count")) return json({ count: 3 });
      return path.includes(id) ? json(draft) : json({ ...page, items: [draft] });
    });
    const { drafts } = createClient({ baseUrl: url });
    await drafts.list({ withDeleted: true, orderBy: ["-deletedAt"] });
    for await (const _ of drafts.paginate({ withDeleted: true, select: ["deletedAt"] }));
    expect(await drafts.get(id, { withDeleted: true })).toEqual(draft);
    expect(await drafts.count({ withDeleted: true, filter: "deletedAt!=null" })).toBe(3);
    await drafts.list();
    expect(lines(received)).toEqual([
      "GET /api/drafts?withDeleted=true&orderBy=-deletedAt",
      "GET /api/drafts?withDeleted=true&select=deletedAt",
      `GET /api/drafts/${id}?withDeleted=true`,
      "GET /api/drafts/count?withDeleted=true&filter=deletedAt!%3Dnull",
      "GET /api/drafts",
    ]);
  });

  test("restore sends the id alone and gives the row (contract 3.8)", async () => {
    const draft = { id, text: "x", ownerId: id };
    const { url, received } = await serve(() => json(draft));
    const { drafts } = createClient({ baseUrl: url });
    expect(await drafts.restore(id)).toEqual(draft);
    await expect(drafts.restore("../x")).rejects.toMatchObject({ status: 404, code: "NOT_FOUND" });
    expect(lines(received)).toEqual([`POST /api/drafts/${id}/restore`]);
  });

  test("search sends the words and its options, and gives what was found (contract 3)", async () => {
    const review = { id, text: "Ship <it>", reviewerId: null };
    const found = { items: [review], total: 7, highlights: [{ text: "<mark>Ship</mark> &lt;it&gt;" }] };
    const { url, received } = await serve(() => json(found));
    const { reviews } = createClient({ baseUrl: url });
    expect(await reviews.search(`"a&b" c+d* #`)).toEqual(found);
    await reviews.search("", { filter: 'text!="a&b"', limit: 5, offset: 10, highlight: true });
    await reviews.search("x", { filter: "", limit: undefined, highlight: false });
    expect(lines(received)).toEqual([
      "GET /api/reviews/search?q=%22a%26b%22%20c%2Bd*%20%23",
      "GET /api/reviews/search?q=&filter=text!%3D%22a%26b%22&limit=5&offset=10&highlight=true",
      "GET /api/reviews/search?q=x&filter=",
    ]);
  });

  test("aggregate sends what is asked for and gives the groups", async () => {
    const groups = [{ key: { done: true }, count: 2 }];
    const { url, received } = await serve(() => json({ groups }));
    const { todos } = createClient({ baseUrl: url });
    const answer = await todos.aggregate({
      groupBy: ["done", "title"],
      count: true,
      sum: ["estimate"],
      avg: ["estimate", "priority"],
      min: ["title"],
      max: ["dueAt"],
      filter: 'title!="a&b"',
      having: "sum.estimate>1;count>=2",
    });
    expect(answer).toEqual(groups);
    await todos.aggregate({ count: false, groupBy: [], sum: undefined, max: ["id"] });
    // Refused by the server; left out, they would mean all rows and all groups, or nothing.
    await todos.aggregate({ count: true, filter: "", having: "" });
    await todos.aggregate({});
    await todos.aggregate({
      count: true,
      sum: ["estimate"],
      max: ["dueAt", "title"],
      having: {
        count: { gte: 2 },
        sum: { estimate: { gt: 1, isNull: false } },
        max: { dueAt: new Date(0), title: 'a"' },
      },
    });
    expect(lines(received)).toEqual([
      "GET /api/todos/aggregate?groupBy=done,title&count=true&sum=estimate&avg=estimate,priority&min=title&max=dueAt&filter=title!%3D%22a%26b%22&having=sum.estimate%3E1%3Bcount%3E%3D2",
      "GET /api/todos/aggregate?max=id",
      "GET /api/todos/aggregate?count=true&filter=&having=",
      "GET /api/todos/aggregate",
      `GET /api/todos/aggregate?count=true&sum=estimate&max=dueAt,title&having=${encodeURIComponent('count>=2;sum.estimate>1;sum.estimate=isnull=false;max.dueAt=="1970-01-01T00:00:00.000Z";max.title=="a\\""')}`,
    ]);
  });

  test("get, count and the writes have the routes of contract 3", async () => {
    const { url, received } = await serve(({ url: path, method }) =>
      path.endsWith("/count") ? json({ count: 3 }) : method === "DELETE" ? { status: 204 } : json(todo),
    );
    const { todos } = createClient({ baseUrl: url });
    expect(await todos.get(id)).toEqual(todo);
    await todos.get(id, { select: ["id", "title"] });
    expect(await todos.count()).toBe(3);
    expect(await todos.create({ title: "Ship" })).toEqual(todo);
    expect(await todos.update(id, { done: true })).toEqual(todo);
    expect(await todos.replace(id, { title: "Ship" })).toEqual(todo);
    expect(await todos.delete(id)).toBeUndefined();
    expect(lines(received)).toEqual([
      `GET /api/todos/${id}`,
      `GET /api/todos/${id}?select=id,title`,
      "GET /api/todos/count",
      'POST /api/todos {"title":"Ship"}',
      `PATCH /api/todos/${id} {"done":true}`,
      `PUT /api/todos/${id} {"title":"Ship"}`,
      `DELETE /api/todos/${id}`,
    ]);
  });

  test("a write that answers 204 gives null (contract 3)", async () => {
    const { url } = await serve(() => ({ status: 204 }));
    const { reviews, feedback } = createClient({ baseUrl: url });
    expect(await reviews.create({ text: "Good" })).toBeNull();
    expect(await reviews.update(id, { text: "Bad" })).toBeNull();
    expect(await feedback.create({ text: "Good" })).toBeNull();
  });

  test("paginate walks all pages in order, asking for the next one only when it is needed", async () => {
    const { url, received } = await serve(({ url: path }) => {
      const cursor = new URL(path, "http://host").searchParams.get("cursor");
      const number = cursor === null ? 0 : Number(cursor);
      return json({
        items: [
          { ...todo, title: `${number}a` },
          { ...todo, title: `${number}b` },
        ],
        nextCursor: number < 2 ? String(number + 1) : null,
        hasMore: number < 2,
      });
    });
    const { todos } = createClient({ baseUrl: url });
    const titles: string[] = [];
    for await (const { title } of todos.paginate({ orderBy: ["title"], limit: 2, select: ["title"] }))
      titles.push(title);
    expect(titles).toEqual(["0a", "0b", "1a", "1b", "2a", "2b"]);
    expect(lines(received)).toEqual([
      "GET /api/todos?orderBy=title&limit=2&select=title",
      "GET /api/todos?orderBy=title&limit=2&select=title&cursor=1",
      "GET /api/todos?orderBy=title&limit=2&select=title&cursor=2",
    ]);
    received.length = 0;
    for await (const _ of todos.paginate()) break;
    expect(received).toHaveLength(1);
  });

  test("a text that is no id never becomes another route", async () => {
    const { url, received } = await serve(() => json({}));
    const { todos } = createClient({ baseUrl: url });
    for (const text of ["", ".", "..", "count", "../users", `${id}/..`, `${id}?select=id`, "%2e%2e"]) {
      for (const call of [
        () => todos.get(text),
        () => todos.update(text, {}),
        () => todos.replace(text, { title: "x" }),
        () => todos.delete(text),
      ]) {
        const error = await failure(call());
        expect(error).toBeInstanceOf(CovaraError);
        expect(error).toMatchObject({ status: 404, code: "NOT_FOUND" });
        expect(String(error)).toContain(JSON.stringify(text));
      }
    }
    expect(received).toEqual([]);
  });

  test("methods work detached from their resource", async () => {
    const { url } = await serve(() => json(page));
    const { list, paginate } = createClient({ baseUrl: url }).todos;
    expect((await list()).items).toEqual([todo]);
    for await (const row of paginate()) expect(row).toEqual(todo);
  });
});

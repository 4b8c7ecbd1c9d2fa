/** Computed fields of the reference application; test/computed has those of every kind (contract 3). */
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { addUser, call, create } from "./api.ts";

describe("computed fields", () => {
  test("of users are made by a function, wherever users are shown", async () => {
    const ann = await addUser();
    const names: [string, string][] = [
      ["Ann Lee", "AL"],
      ["  josé  maria garcía ", "JG"],
      ["Élodie", "É"],
      ["👩‍👩‍👧 of Oz", "👩‍👩‍👧O"],
    ];
    for (const [name, initials] of names) {
      await env.DB.prepare("UPDATE users SET name = ? WHERE id = ?").bind(name, ann.id).run();
      expect((await call(`/api/users/${ann.id}?select=initials`, { as: ann })).json).toEqual({ initials });
    }
    const todo = await create("/api/todos", ann, { title: "Ship" });
    const { json } = await call(`/api/todos/${todo.id}?include=owner`, { as: ann });
    expect(json.owner).toMatchObject({ id: ann.id, initials: "👩‍👩‍👧O" });
    const sorted = await call("/api/users?orderBy=initials", { as: ann });
    expect([sorted.status, sorted.json.code]).toEqual([400, "VALIDATION_ERROR"]);
    expect(
      (await call(`/api/users/${ann.id}`, { as: ann, method: "PATCH", json: { initials: "X" } })).status,
    ).toBe(400);
  });

  test("of comments are made by the database: shown, filtered, ordered, counted and grouped by", async () => {
    const ann = await addUser();
    const { id: todoId } = await create("/api/todos", ann, { title: "Talk" });
    const first = await create("/api/comments", ann, { todoId, body: `${"é".repeat(79)}xy` });
    expect(first).toMatchObject({ isReply: false, excerpt: `${"é".repeat(79)}x` });
    const reply = await create("/api/comments", ann, { todoId, body: "b", parentId: first.id });
    const other = await create("/api/comments", ann, { todoId, body: "a", parentId: first.id });
    expect(reply).toMatchObject({ isReply: true, excerpt: "b" });
    const ids = async (query: string) =>
      (
        (await call(`/api/comments?filter=todoId==${todoId}${query}`, { as: ann })).json.items as {
          id: string;
        }[]
      ).map(({ id }) => id);
    expect(await ids(";isReply==true&orderBy=excerpt")).toEqual([other.id, reply.id]);
    expect(await ids("&orderBy=isReply,-excerpt&limit=2")).toEqual([first.id, reply.id]);
    const groups = await call(`/api/comments/aggregate?groupBy=isReply&count=true&filter=todoId==${todoId}`, {
      as: ann,
    });
    expect(groups.json.groups).toEqual([
      { key: { isReply: false }, count: 1 },
      { key: { isReply: true }, count: 2 },
    ]);
    const moved = await call(`/api/comments/${first.id}`, { as: ann, method: "PATCH", json: { body: "c" } });
    expect(moved.json).toEqual({ ...first, body: "c", excerpt: "c" });
  });
});

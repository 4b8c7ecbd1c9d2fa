/** Computed fields in what is written (contract 3, 3.1, 3.7, 3.9). */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Caller, call, person } from "../server/call.ts";
import { computedOf, errorsOf, isRight, itemsOf, type Row, task } from "./tasks.ts";

let ann: Caller;
beforeEach(async () => {
  ann = await person();
  await env.DB.prepare("DELETE FROM tasks").run();
  await env.DB.prepare("DELETE FROM log").run();
  await env.DB.prepare("DELETE FROM _covara_idempotency").run();
});

const logged = async (): Promise<Record<string, Row>[]> => {
  const { results } = await env.DB.prepare("SELECT what FROM log ORDER BY id").all<{ what: string }>();
  return results.map(({ what }) => JSON.parse(what));
};

describe("the answers of writes have them", () => {
  test("change, replacement, deletion and restoration, and the hooks behind them", async () => {
    const made = await task(ann, { title: "Paint", priority: 1, dueAt: "2025-01-01T00:00:00Z" });
    const path = `/tasks/${made.id}`;
    const changed = await call(path, { as: ann, method: "PATCH", json: { done: true, title: "Paint it" } });
    expect(changed.json).toMatchObject({ overdue: false, score: 9, size: "long", shout: "PAINT IT{!}" });
    expect(changed.json).toEqual({ ...changed.json, ...computedOf(changed.json) });
    expect(changed.headers.get("ETag")).toBe('"2"');
    const nothing = await call(path, { as: ann, method: "PATCH", json: {} });
    expect(nothing.json).toEqual(changed.json);
    const replaced = await call(path, { as: ann, method: "PUT", json: { title: "New" } });
    expect(replaced.json).toMatchObject({ late: null, score: 0, headline: "open NEW{!} ", remark: null });
    expect((await call(path, { as: ann, method: "DELETE" })).status).toBe(204);
    const restored = await call(`${path}/restore`, { as: ann, method: "POST" });
    expect(isRight(restored.json)).toBe(true);
    const seen = await logged();
    expect(seen.map((one) => Object.keys(one)[0])).toEqual([
      "created",
      "updated",
      "updated",
      "updated",
      "deleted",
    ]);
    expect(seen[0]?.created).toEqual(made);
    expect(seen[1]?.updated).toEqual(changed.json);
    for (const one of seen) expect(isRight(Object.values(one)[0] as Row)).toBe(true);
  });

  test("batches, upserts and nested creates", async () => {
    const batch = await call("/tasks/batch", {
      as: ann,
      json: { items: [{ title: "A" }, { title: "B b", priority: 2 }] },
    });
    expect([batch.status, itemsOf(batch).map(isRight)]).toEqual([201, [true, true]]);
    const [first, second] = itemsOf(batch);
    const fresh = crypto.randomUUID();
    const items = [
      { id: first?.id, title: "A again", done: true },
      { id: second?.id, title: "B b" },
      { id: fresh, title: "C" },
    ];
    const upsert = await call("/tasks/batch/upsert", { as: ann, json: { items } });
    expect([upsert.status, itemsOf(upsert).map(isRight)]).toEqual([200, [true, true, true]]);
    expect(itemsOf(upsert).map(({ shout }) => shout)).toEqual(["A AGAIN{!}", "B B{!}", "C{!}"]);
    const nested = await call("/tasks", {
      as: ann,
      json: {
        title: "Whole",
        parts: [{ title: "Half one" }, { title: "Half two", priority: 1 }],
        notes: [{ group: "n" }],
      },
    });
    const { parts, notes, ...own } = nested.json as Row & { parts: Row[]; notes: Row[] };
    expect([nested.status, isRight(own), parts.map(isRight)]).toEqual([201, true, [true, true]]);
    expect(notes).toMatchObject([{ group: "n", select: "n!" }]);
    const note = await call(`/order/${notes[0]?.id}`, { as: ann, method: "PATCH", json: { group: "m" } });
    expect(note.json).toMatchObject({ group: "m", select: "m!" });
  });

  test("a write that is picked by them", async () => {
    await task(ann, { title: "Old", dueAt: "2025-01-01T00:00:00Z" });
    const kept = await task(ann, { title: "Kept" });
    const patch = await call("/tasks/batch?filter=overdue==true", {
      as: ann,
      method: "PATCH",
      json: { priority: 3 },
    });
    expect(patch.json).toEqual({ count: 1 });
    expect((await call("/tasks/batch?filter=score==30", { as: ann, method: "DELETE" })).json).toEqual({
      count: 1,
    });
    expect(itemsOf(await call("/tasks", { as: ann })).map(({ id }) => id)).toEqual([kept.id]);
    const refused = await call("/tasks/batch?filter=remark==urgent", { as: ann, method: "DELETE" });
    expect([refused.status, errorsOf(refused).filter]).toEqual([400, "unknown_field"]);
  });

  test("replays of a write (contract 3.7): as the database computed them then", async () => {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const json = { title: "Once", priority: 1, labels: ["x"], estimate: 3, parts: [{ title: "Part" }] };
    const first = await call("/tasks", { as: ann, json, headers });
    expect(first.status).toBe(201);
    await call(`/tasks/${first.json.id}`, { as: ann, method: "PATCH", json: { title: "Twice" } });
    const again = await call("/tasks", { as: ann, json, headers });
    expect([again.status, again.headers.get("Idempotency-Replayed"), again.json]).toEqual([
      201,
      "true",
      first.json,
    ]);
  });

  test("a replay of an answer that is older than a field leaves out what functions would make of it", async () => {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const first = await call("/tasks", { as: ann, json: { title: "Old" }, headers });
    const kept = await env.DB.prepare("SELECT answer FROM _covara_idempotency").first<{ answer: string }>();
    const older = kept?.answer.replace('"estimate"', '"earlier"') ?? "";
    expect(older).not.toBe(kept?.answer);
    await env.DB.prepare("UPDATE _covara_idempotency SET answer = ?").bind(older).run();
    const again = await call("/tasks", { as: ann, json: { title: "Old" }, headers });
    const { estimate: _, headline: __, words: ___, remark: ____, ...rest } = first.json;
    expect([again.status, again.json]).toEqual([201, rest]);
  });

  test("procedures see them", async () => {
    const made = await task(ann, { title: "Tell" });
    const answer = await call(`/tasks/${made.id}/tell`, { as: ann, method: "POST" });
    expect(answer.json).toEqual({ shout: "TELL{!}", headline: "open TELL{!} " });
  });
});

describe("requests cannot set them", () => {
  const names = ["overdue", "score", "shout", "summary", "headline", "words"];

  test.each(names)("%s is unknown in every body", async (name) => {
    const { id } = await task(ann, { title: "Task" });
    const body = { title: "Other", [name]: name === "score" ? 1 : "x" };
    const refused: [string, string, object, string][] = [
      ["POST", "/tasks", body, name],
      ["PATCH", `/tasks/${id}`, { [name]: null }, name],
      ["PUT", `/tasks/${id}`, body, name],
      ["POST", "/tasks/batch", { items: [body] }, `items[0].${name}`],
      ["POST", "/tasks/batch/upsert", { items: [{ id, ...body }] }, `items[0].${name}`],
      ["PATCH", "/tasks/batch?filter=*", { [name]: true }, name],
      ["POST", "/tasks", { title: "Other", parts: [body] }, `parts[0].${name}`],
    ];
    for (const [method, path, json, field] of refused) {
      const answer = await call(path, { as: ann, method, json });
      expect([method, path, answer.status, errorsOf(answer)]).toEqual([
        method,
        path,
        400,
        { [field]: "unknown_field" },
      ]);
    }
    expect(itemsOf(await call("/tasks", { as: ann }))).toHaveLength(1);
  });

  test("nor can a hook: that is a fault of the server, and nothing is written", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { id } = await task(ann, { title: "Task" });
    const answer = await call(`/tasks/${id}`, { as: ann, method: "PATCH", json: { title: "forge" } });
    expect(answer.status).toBe(500);
    expect(log.mock.calls.join()).toMatch(/shout.*computed/);
    expect((await call(`/tasks/${id}?select=title`, { as: ann })).json).toEqual({ title: "Task" });
    expect((await call("/tasks", { as: ann, json: { title: "forge" } })).status).toBe(500);
    expect(itemsOf(await call("/tasks", { as: ann }))).toHaveLength(1);
    log.mockRestore();
  });

  test("and a value that must be unique is still named", async () => {
    await task(ann, { title: "Same" });
    const answer = await call("/tasks", { as: ann, json: { title: "Same" } });
    expect([answer.status, errorsOf(answer)]).toEqual([409, { title: "taken" }]);
  });
});

/** What calls fail with: refusals, and everything that keeps an answer from coming. */
import {
  CovaraError,
  CovaraNetworkError,
  CovaraTimeoutError,
  type Todo,
  type TodoWhere,
} from "../../../generated/client.js";
import { equal, failure, isText, matches, ok, refused } from "../assert.ts";
import { type Cases, enter, type Fetch } from "../world.ts";

export const failures: Cases = {
  "what is wrong with fields is told for each of them": async (world) => {
    const { client } = await enter(world);
    const error = await refused(client.todos.create({ title: "", priority: 9, labels: [] }), {
      name: "CovaraError",
      status: 400,
      code: "VALIDATION_ERROR",
      requestId: isText,
      retryAfter: null,
    });
    equal(error.errors.map(({ field }) => field).sort(), ["priority", "title"]);
    ok(
      error.errors.every(({ code, message }) => isText(code) && isText(message)),
      "each has a code and a message",
    );
    ok(/^[\w-]{1,64}$/.test(error.problem.requestId ?? ""), "the request has an id");
    ok(error instanceof Error && error.message.includes("VALIDATION_ERROR"), "the message has the code");
  },

  "rows that the caller may not read are not there": async (world) => {
    const [me, other] = [await world.person(), await world.person()];
    const [client, theirs] = [world.connect(me), world.connect(other)];
    const secret = await client.todos.create({ title: "Secret" });
    for (const call of [
      () => theirs.todos.get(secret.id),
      () => theirs.todos.update(secret.id, {}),
      () => theirs.todos.delete(secret.id),
      () => theirs.todos.complete(secret.id, {}),
      () => theirs.comments.create({ todoId: crypto.randomUUID(), body: "a" }),
    ]) {
      const error = await failure(call());
      ok(error instanceof CovaraError && [400, 404].includes(error.status), "it is refused");
    }
    equal((await theirs.todos.list()).items, []);
    equal((await client.todos.get(secret.id)).version, 1);
  },

  "a caller who is not signed in is told so, whatever they call": async (world) => {
    const anonymous = world.connect(null);
    const id = crypto.randomUUID();
    for (const call of [
      () => anonymous.todos.list(),
      () => anonymous.todos.get(id),
      () => anonymous.todos.create({ title: "x" }),
      () => anonymous.todos.createMany([{ title: "x" }]),
      () => anonymous.todos.upsertMany([{ id, title: "x" }]),
      () => anonymous.todos.update(id, {}),
      () => anonymous.todos.replace(id, { title: "x" }),
      () => anonymous.todos.updateMany({ where: "all", data: {} }),
      () => anonymous.todos.delete(id),
      () => anonymous.todos.deleteMany({ where: "all" }),
      () => anonymous.todos.restore(id),
      () => anonymous.todos.complete(id, {}),
      () => anonymous.memberships.create({ listId: id, userId: id }),
    ]) {
      await refused(call(), { status: 401, code: "UNAUTHORIZED" });
    }
  },

  "parameters that the server does not take are refused": async (world) => {
    const { client } = await enter(world);
    await refused(client.todos.list({ select: [] }), { status: 400 });
    await refused(client.todos.list({ limit: 0 }), { status: 400 });
    await refused(client.todos.list({ cursor: "nonsense" }), { status: 400, code: "CURSOR_INVALID" });
    await refused(client.todos.get("no id"), { status: 404 });
  },

  "calls that make no sense send nothing": async (world) => {
    const me = await world.person();
    let requests = 0;
    const client = world.connect(me, {
      fetch: (url, init) => {
        requests += 1;
        return world.fetch(url, init);
      },
    });
    const nothing = { title: undefined } as unknown as TodoWhere;
    ok((await failure(client.todos.list({ where: nothing }))) instanceof TypeError, "undefined is refused");
    const empty = {} as { where: "all" };
    ok((await failure(client.todos.deleteMany(empty))) instanceof TypeError, "no condition is refused");
    equal(requests, 0);
  },

  "an aborted call fails with the reason, before, while and after it is sent": async (world) => {
    const me = await world.person();
    const client = world.connect(me);
    const reason = new Error("The user left");
    const before = AbortSignal.abort(reason);
    ok((await failure(client.todos.list({ signal: before }))) === reason, "it fails with the reason");

    const controller = new AbortController();
    const sent: Fetch = (url, init) => {
      const answer = world.fetch(url, init);
      controller.abort(reason);
      return answer;
    };
    const call = world.connect(me, { fetch: sent }).todos.list({ signal: controller.signal });
    ok((await failure(call)) === reason, "it fails with the reason while it is on its way");

    const late = new AbortController();
    const todo = await client.todos.create({ title: "a" }, { signal: late.signal });
    late.abort(reason);
    equal(await client.todos.get(todo.id), todo);
  },

  "a call that takes too long fails, and the request is given up": async (world) => {
    const me = await world.person();
    let isGivenUp = false;
    const slow: Fetch = async (url, init) => {
      await new Promise<void>((resolve) => {
        init.signal?.addEventListener("abort", () => resolve());
      });
      isGivenUp = true;
      return world.fetch(url, init);
    };
    const error = await failure(
      world.connect(me, { fetch: slow, timeout: 60_000 }).todos.list({ timeout: 30 }),
    );
    ok(error instanceof CovaraTimeoutError, "it is a CovaraTimeoutError");
    ok(error instanceof CovaraNetworkError, "which is a CovaraNetworkError");
    ok(isGivenUp, "the request is given up");
    equal((await world.connect(me).todos.list({ timeout: 0 })).items, []);
  },

  "a connection that fails is another error, with its cause": async (world) => {
    const me = await world.person();
    const cause = new TypeError("The connection broke");
    const broken: Fetch = async () => {
      throw cause;
    };
    const error = await failure(world.connect(me, { fetch: broken, retries: 0 }).todos.list());
    matches(error, { name: "CovaraNetworkError", cause });
    ok(!(error instanceof CovaraError), "the server has not said it");
  },

  "an answer that is none of the API's is told as such": async (world) => {
    const me = await world.person();
    const elsewhere: Fetch = (url, init) => world.fetch(url.replace("/api/todos", "/api/nowhere"), init);
    await refused(world.connect(me, { fetch: elsewhere }).todos.list(), { status: 404, code: "NOT_FOUND" });
    const page: Fetch = () =>
      new Response("<!doctype html>Gateway", { status: 500, headers: { "Content-Type": "text/html" } });
    await refused(world.connect(me, { fetch: page }).todos.list(), {
      ...{ status: 500, code: "UNEXPECTED_RESPONSE", requestId: null },
    });
  },

  "headers of the application go along with every call": async (world) => {
    const me = await world.person();
    const ids: (string | null)[] = [];
    const client = world.connect(null, {
      headers: async () => ({ Authorization: `Bearer ${me.token}`, "X-Request-Id": "of-my-own" }),
      fetch: async (url, init) => {
        const response = await world.fetch(url, init);
        ids.push(response.headers.get("X-Request-Id"));
        return response;
      },
    });
    const todo: Todo = await client.todos.create({ title: "a" });
    await client.todos.get(todo.id);
    equal(ids, ["of-my-own", "of-my-own"]);
  },
};

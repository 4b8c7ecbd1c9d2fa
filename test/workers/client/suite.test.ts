/** The client suite in workerd, against the Worker in this process. */
import { env, exports } from "cloudflare:workers";
import { Hono } from "hono";
import { describe, test } from "vitest";
import { sessions } from "../../../generated/auth.js";
import type { AppEnv } from "../../../generated/env.js";
import { suite } from "../../client/suite.ts";
import { type Person, type Place, runCase } from "../../client/world.ts";
import { addUser } from "../api.ts";

const baseUrl = "https://covara.test";

/** Signs in whom its path names. Of the demo's own sign-in the Worker of these tests knows nothing. */
const door = new Hono<AppEnv>().get("/:id", async (c) => {
  await sessions(c).signIn(c.req.param("id"));
  return c.body(null, 204);
});

const place: Place = {
  baseUrl,
  fetch: (url, init) => exports.default.fetch(url, init),
  newcomer: addUser,
  async signIn({ id }: Person) {
    const response = await door.request(`/${id}`, {}, env);
    const [cookie] = (response.headers.get("Set-Cookie") ?? "").split(";");
    return { headers: { Cookie: cookie, Origin: baseUrl } };
  },
  withoutSession: {},
};

for (const [group, cases] of Object.entries(suite)) {
  describe(group, () => {
    for (const [name, run] of Object.entries(cases)) test(name, () => runCase(run, place));
  });
}

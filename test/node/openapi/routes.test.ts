/** The document and the Hono app that is emitted beside it have the same routes: for random configs. */
import fs from "node:fs";
import path from "node:path";
import type { Hono } from "hono";
import { afterAll, expect, test } from "vitest";
import { describedRoutes, servedRoutes } from "../../openapi/routes.ts";
import { moduleText } from "../emit/random-stores.ts";
import { randoms, root } from "./document.ts";

const folder = path.join(root, "test/.tmp", `openapi-routes-${process.pid}`);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test("contract 2: the document and the app of a config have the same routes", async () => {
  for (const [index, described] of randoms(25).entries()) {
    const project = path.join(folder, String(index));
    const { auth, kv, resources } = described.model;
    for (const [file, text] of described.files) write(path.join(project, "generated", file), text);
    if (auth !== null) write(path.join(project, "src/auth.ts"), "export default () => null;\n");
    write(
      path.join(project, "src/routes.ts"),
      'import { Hono } from "hono";\n\nexport default new Hono();\n',
    );
    for (const store of kv?.stores ?? []) {
      if (store.functions !== null)
        write(path.join(project, store.functions.module), moduleText(store.functions.module));
    }
    expect(resources.length).toBeGreaterThan(0);
    const { app } = (await import(path.join(project, "generated/app.ts"))) as { app: Hono };
    expect(servedRoutes(app.routes)).toEqual(describedRoutes(described.document));
  }
});

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

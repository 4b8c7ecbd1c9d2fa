/** Types for clients that openapi-typescript makes of the document: they compile strictly, and say what they should. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, test } from "vitest";
import { projects, randoms, root } from "./document.ts";

const folder = path.join(root, "test/.tmp", `openapi-types-${process.pid}`);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What a client of the reference application may and may not write. */
const usage = `import type { components, operations, paths } from "./reference.ts";

type Schemas = components["schemas"];
type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody: { content: { "application/json": infer Type } };
} ? Type : never;

export const created: Body<"todos.create"> = { title: "Ship", comments: [{ body: "soon" }] };
// @ts-expect-error A title has to be there.
export const nameless: Body<"todos.create"> = { priority: 1 };
// @ts-expect-error It is text.
export const numbered: Schemas["TodoCreate"] = { title: 1 };
// @ts-expect-error There is no such field.
export const hidden: Schemas["UserCreate"] = { email: "a@example.com", name: "A", tokenHash: "x" };

export const title = (todo: Schemas["Todo"]): string => todo.title;
export const due = (todo: Schemas["Todo"]): string | null => todo.dueAt;
export const color = (list: Schemas["List"]): "slate" | "red" | "amber" | "green" | "blue" => list.color;
export const code = (problem: Schemas["Problem"]): string => problem.code;

type Page = paths["/api/todos"]["get"]["responses"][200]["content"]["application/json"];
export const next = (page: Page): string | null => page.nextCursor;
type Query = NonNullable<paths["/api/todos"]["get"]["parameters"]["query"]>;
export const query: Query = { orderBy: ["-createdAt"], select: ["id", "title"], limit: 5 };
// @ts-expect-error There is no such field.
export const wrong: Query = { orderBy: ["-secret"] };
`;

const strict = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  },
  include: ["."],
};

test("openapi-typescript takes the document, and its types compile strictly", async () => {
  fs.mkdirSync(folder, { recursive: true });
  const files = [...(await projects()), ...randoms(3)].map(({ name, document }) => {
    const file = path.join(folder, `${path.basename(name).replaceAll(" ", "-")}.json`);
    fs.writeFileSync(file, JSON.stringify(document));
    return file;
  });
  execFileSync(process.execPath, [path.join(import.meta.dirname, "typescript.ts"), ...files]);
  fs.writeFileSync(path.join(folder, "usage.ts"), usage);
  fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(strict));
  try {
    execFileSync(path.join(root, "node_modules/.bin/tsc"), ["-p", folder], {
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout.slice(0, 5000));
  }
});

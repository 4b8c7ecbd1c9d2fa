import { addUser } from "./add-user.ts";
import { auth } from "./auth.ts";
import { config } from "./config.ts";
import { gitattributes, gitignore } from "./git.ts";
import type { NewProject } from "./project.ts";
import { readme } from "./readme.ts";
import { tsconfig } from "./tsconfig.ts";
import { workflow } from "./workflow.ts";

/** Every file of a new project but package.json: path → text. */
export function projectFiles(project: NewProject): ReadonlyMap<string, string> {
  return new Map([
    ["covara.config.ts", config(project)],
    ["src/auth.ts", auth()],
    ["scripts/add-user.mjs", addUser()],
    ["tsconfig.json", tsconfig()],
    [".gitignore", gitignore()],
    [".gitattributes", gitattributes()],
    [".github/workflows/check.yml", workflow()],
    ["README.md", readme(project)],
  ]);
}

/** What the client of a resource has besides where its rows can be searched. */
import type { ResourceModel } from "../model/types.ts";
import { comment, fieldUnion, instantiation, signature } from "./client-layout.ts";
import { offers } from "./rule.ts";
import type { SourceFile } from "./source-file.ts";
import { quote } from "./text.ts";

/** Name of the type that lists the fields a search looks in. */
const fieldType = (resource: ResourceModel): string => `${resource.typeName}SearchField`;

/** The search: the type of its fields, its member of the interface, and what gives it to the client's object. */
export function searchPart(
  file: SourceFile,
  resource: ResourceModel,
  path: string,
): {
  readonly declarations: readonly string[];
  readonly members: readonly string[];
  readonly calls: readonly string[];
} | null {
  if (resource.search === null || !offers(resource, "read")) return null;
  const row = file.useType("./types.js", resource.typeName);
  const field = fieldType(resource);
  const names = resource.search.fields.map(({ name }) => quote(name));
  return {
    declarations: [
      "",
      `/** The fields of ${resource.key} that a search looks in. */`,
      ...fieldUnion(field, names),
    ],
    members: [
      ...comment([
        `\`GET ${path}/search\`: the rows that you may read and that hold all words of \`q\`, best first.`,
        `\`"several words"\` have to follow each other, and \`begin*\` finds what begins so, as the last word does.`,
      ]),
      ...signature({
        name: "search",
        parameters: ["q: string", `options?: ${file.useType("covara/client", "SearchOptions")}`],
        result: {
          name: "Promise",
          types: [{ name: file.useType("covara/client", "SearchPage"), types: [row, field] }],
        },
      }),
    ],
    calls: instantiation(file.use("covara/client", "searching"), [row, field], ["send", quote(path)]),
  };
}

/** What the client of a resource has besides where its rows can be searched. */
import type { ResourceModel } from "../model/types.ts";
import { applied, call, fieldUnion, instantiation } from "./client-layout.ts";
import { whereType } from "./client-where.ts";
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
  const where = whereType(resource);
  const names = resource.search.fields.map(({ name }) => quote(name));
  return {
    declarations: [
      "",
      `/** The fields of ${resource.key} that a search looks in. */`,
      ...fieldUnion(field, names),
    ],
    members: [
      ...call(
        [
          `\`GET ${path}/search\`: the rows that you may read and that hold all words of \`q\`, best first.`,
          `\`"several words"\` have to follow each other, and \`begin*\` finds what begins so, as the last word does.`,
        ],
        {
          name: "search",
          parameters: [
            "q: string",
            { name: "options?:", type: applied(file.useType("covara/client", "SearchOptions"), where) },
          ],
          result: applied("Promise", applied(file.useType("covara/client", "SearchPage"), row, field)),
        },
      ),
    ],
    calls: instantiation(file.use("covara/client", "searching"), [row, field, where], ["send", quote(path)]),
  };
}

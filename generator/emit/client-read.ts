/** The calls of `client.ts` that read a resource. */
import type { Model, ResourceModel } from "../model/types.ts";
import { following } from "./client-include.ts";
import { applied, call, comment, instantiation, typedMember } from "./client-layout.ts";
import type { Names, Part } from "./client-names.ts";
import { countOptions, readingGroup, signatureWithDeleted } from "./client-soft-delete.ts";
import { whereType } from "./client-where.ts";
import type { SourceFile } from "./source-file.ts";
import { numeral, quote } from "./text.ts";

export function emitRead(file: SourceFile, model: Model, { resource, path, orderBy }: Names): Part {
  const row = file.useType("./types.js", resource.typeName);
  const where = whereType(resource);
  const type = (name: string): string => file.useType("covara/client", name);
  const reading = readingGroup(file, model, resource, orderBy);
  const followed = following(file, model, resource);
  const generic = followed.generic(row);
  const shown = followed.row(`Pick<${row}, Field>`);
  return {
    members: [
      ...signatureWithDeleted(file, resource, orderBy, followed, "list"),
      ...call([`\`GET ${path}\`: one page of the rows that you may read.`, pageSize(resource)], {
        name: "list",
        generic,
        parameters: [
          {
            name: "options?:",
            type: followed.options(applied(type("ListOptions"), "Field", orderBy, where)),
          },
        ],
        result: applied("Promise", applied(type("Page"), shown)),
      }),
      ...signatureWithDeleted(file, resource, orderBy, followed, "paginate"),
      ...call(
        [
          `\`GET ${path}\`, page after page: all rows that you may read, one by one.`,
          "`.pages()` gives the pages themselves.",
        ],
        {
          name: "paginate",
          generic,
          parameters: [
            {
              name: "options?:",
              type: followed.options(applied(type("PaginateOptions"), "Field", orderBy, where)),
            },
          ],
          result: applied(type("Rows"), shown),
        },
      ),
      ...signatureWithDeleted(file, resource, orderBy, followed, "get"),
      ...call([`\`GET ${path}/:id\`. 404 where there is no such row, or none that you may read.`], {
        name: "get",
        generic,
        parameters: [
          "id: string",
          { name: "options?:", type: followed.options(applied(type("GetOptions"), "Field")) },
        ],
        result: applied("Promise", shown),
      }),
      ...call([`\`GET ${path}/count\`: the number of rows that you may read.`], {
        name: "count",
        parameters: [{ name: "options?:", type: countOptions(file, resource) }],
        result: "Promise<number>",
      }),
      ...comment([`\`GET ${path}/aggregate\`: what the rows that you may read come to, by group.`]),
      ...typedMember("aggregate", type("Aggregate"), [row, orderBy, where]),
    ],
    calls: instantiation(reading.name, reading.types, ["send", quote(path)]),
  };
}

const pageSize = ({ defaultLimit, maxLimit }: ResourceModel): string =>
  `It has ${numeral(defaultLimit)} rows unless \`limit\` says otherwise, and ${numeral(maxLimit)} at most.`;

/** Random trees of relations, and how they are spelt. */
import fc from "fast-check";
import type { Leads } from "./memory.ts";

/** A tree as it is asked for. */
export interface Node {
  readonly name: string;
  readonly select: readonly string[] | null;
  readonly filter: string | null;
  readonly order: readonly string[] | null;
  readonly limit: number | null;
  readonly children: readonly Node[];
}

export const subset = (items: readonly string[], minLength: number) =>
  fc.shuffledSubarray([...items], { minLength, maxLength: Math.min(items.length, 3) });

/** Filters that leave some rows and not others, with all that could be taken for the end of an option. */
const filters: Record<string, readonly string[]> = {
  people: ['name=="b;limit:1)"', "rank>=4;rank<9", "born==null", 'not(name=in=("a","c(")),bossId==null'],
  posts: ["open==true", "title==null,(score>1;open==false)", 'title=contains="("', "score=between=[0,2]"],
  profiles: ["motto!=null", 'motto=="x"'],
  tags: ['word=="]"', "rank=in=(1,2,3,4,5)"],
};

export const anyNode = (leads: Record<string, Leads>, depth: number): fc.Arbitrary<readonly Node[]> => {
  const names = Object.keys(leads);
  if (depth === 0 || names.length === 0) return fc.constant([]);
  return subset(names, depth === 3 ? 1 : 0).chain((chosen) =>
    fc.tuple(
      ...chosen.map((name) => {
        const { target, many, next } = leads[name] as Leads;
        const fields = Object.keys(target.columns);
        const ordered = fields.filter((field) => field !== "data");
        return fc.record<Node>({
          name: fc.constant(name),
          select: fc.option(subset(fields, 1)),
          filter: fc.option(fc.constantFrom(...(filters[target.name] ?? [])), { freq: 2 }),
          order: many
            ? fc.option(
                subset(ordered, 1).chain((terms) =>
                  fc.tuple(...terms.map((term) => fc.constantFrom(term, `-${term}`))),
                ),
              )
            : fc.constant(null),
          limit: many ? fc.option(fc.constantFrom(1, 2, 4, 6, 50)) : fc.constant(null),
          children: anyNode(next(), depth - 1),
        });
      }),
    ),
  );
};

/** As many paths as there are leaves, with the options of each relation at its first mention. */
export function spell(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    const options = [
      ...(node.limit === null ? [] : [`limit:${node.limit}`]),
      ...(node.filter === null ? [] : [`filter:${node.filter}`]),
      ...(node.order === null ? [] : [`orderBy:${node.order.join(",")}`]),
      ...(node.select === null ? [] : [`select:${node.select.join(",")}`]),
    ];
    const head = `${node.name}${options.length === 0 ? "" : `(${options.join(";")})`}`;
    const below = spell(node.children);
    return below.length === 0
      ? [head]
      : below.map((path, index) => `${index === 0 ? head : node.name}.${path}`);
  });
}

export const count = (nodes: readonly Node[]): number =>
  nodes.reduce((sum, { children }) => sum + 1 + count(children), 0);
export const height = (nodes: readonly Node[]): number =>
  nodes.reduce((most, { children }) => Math.max(most, 1 + height(children)), 0);

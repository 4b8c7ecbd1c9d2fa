/** What included rows should be, by searching in memory. */
import { filterPredicate, parseFilter } from "../../../runtime/query/filter/index.ts";
import { compareText } from "../../../runtime/query/filter/text.ts";
import type { Row, Table } from "../../../runtime/query/table.ts";
import { people, posts, profiles, type Reader, tags } from "./tables.ts";
import type { Node } from "./trees.ts";

/** What a relation leads to, looked up in memory. */
export interface Leads {
  readonly target: Table;
  readonly many: boolean;
  readonly find: (from: Row, reader: Reader) => Row[];
  readonly next: () => Record<string, Leads>;
}

export const rows: Record<"people" | "posts" | "profiles" | "tags" | "taggings", Row[]> = {
  people: [],
  posts: [],
  profiles: [],
  tags: [],
  taggings: [],
};

export const seen = (found: readonly Row[], { rank }: Reader): Row[] =>
  found.filter((row) => Number(row.rank) >= rank);
const links = (reader: Reader, key: string, id: unknown): Row[] =>
  reader.rank > 8
    ? []
    : rows.taggings.filter((link) => link[key] === id && Number(link.rank) >= reader.rank - 2);

export const peopleLeads: Record<string, Leads> = {
  boss: {
    target: people,
    many: false,
    find: (from, reader) =>
      seen(
        rows.people.filter(({ id }) => id === from.bossId),
        reader,
      ),
    next: () => peopleLeads,
  },
  team: {
    target: people,
    many: true,
    find: (from, reader) =>
      seen(
        rows.people.filter(({ bossId }) => bossId === from.id),
        reader,
      ),
    next: () => peopleLeads,
  },
  posts: {
    target: posts,
    many: true,
    find: (from, reader) =>
      seen(
        rows.posts.filter(({ authorId }) => authorId === from.id),
        reader,
      ),
    next: () => postsLeads,
  },
  profile: {
    target: profiles,
    many: false,
    find: (from, reader) =>
      seen(
        rows.profiles.filter(({ personId, deletedAt }) => personId === from.id && deletedAt === null),
        reader,
      ),
    next: () => ({}),
  },
};
const postsLeads: Record<string, Leads> = {
  author: {
    target: people,
    many: false,
    find: (from, reader) =>
      seen(
        rows.people.filter(({ id }) => id === from.authorId),
        reader,
      ),
    next: () => peopleLeads,
  },
  tags: {
    target: tags,
    many: true,
    find: (from, reader) => {
      const ids = links(reader, "postId", from.id).map(({ tagId }) => tagId);
      return seen(
        rows.tags.filter(({ id }) => ids.includes(id)),
        reader,
      );
    },
    next: () => tagsLeads,
  },
};
const tagsLeads: Record<string, Leads> = {
  posts: {
    target: posts,
    many: true,
    find: (from, reader) => {
      const ids = links(reader, "tagId", from.id).map(({ postId }) => postId);
      return seen(
        rows.posts.filter(({ id }) => ids.includes(id)),
        reader,
      );
    },
    next: () => postsLeads,
  },
};

/** What the rows should look like. */
export function expected(
  found: readonly Row[],
  shown: Table,
  select: readonly string[] | null,
  nodes: readonly Node[],
  leads: Record<string, Leads>,
  reader: Reader,
): Row[] {
  return found.map((row) => {
    const fields = select ?? Object.keys(shown.columns);
    const result: Row = Object.fromEntries(fields.map((field) => [field, row[field]]));
    for (const node of nodes) {
      const { target, many, find, next } = leads[node.name] as Leads;
      const holds = node.filter === null ? () => true : filterPredicate(parseFilter(target, node.filter));
      const all = find(row, reader)
        .filter(holds)
        .sort(comparator(node.order ?? []));
      const limit = many ? Math.min(node.limit ?? target.defaultLimit, target.maxLimit) : 1;
      const below = expected(all.slice(0, limit), target, node.select, node.children, next(), reader);
      result[node.name] = many ? below : (below[0] ?? null);
    }
    return result;
  });
}

/** Nulls last in both directions, ties by id. */
export function comparator(order: readonly string[]): (a: Row, b: Row) => number {
  const terms = [...order, "id"].map((term) => ({
    field: term.replace(/^-/, ""),
    sign: term.startsWith("-") ? -1 : 1,
  }));
  return (a, b) => {
    for (const { field, sign } of terms) {
      const [x, y] = [a[field], b[field]];
      if (x === null || y === null) {
        if (x === y) continue;
        return x === null ? 1 : -1;
      }
      const difference = typeof x === "string" ? compareText(x, String(y)) : Number(x) - Number(y);
      if (difference !== 0) return difference * sign;
    }
    return 0;
  };
}

/** Tables with relations of each kind, described by hand: rules that rank rows, hidden references, names that need brackets. */
import type { Relations } from "../../../runtime/query/include/index.ts";
import { anyRow, noRow, type Scope, signInFirst, where } from "../../../runtime/query/scope.ts";
import type { Table } from "../../../runtime/query/table.ts";

/** What a caller may see: rows of at least this rank. */
export interface Reader {
  readonly rank: number;
}

const table = (name: string, columns: Table["columns"], more: Partial<Table> = {}): Table => {
  const all: Table["columns"] = {
    id: { sql: "id", kind: "text" },
    rank: { sql: "rank", kind: "integer" },
    ...columns,
  };
  return {
    name,
    columns: all,
    projection: Object.entries(all)
      .map(([field, { sql }]) => `${sql} AS "${field}"`)
      .join(", "),
    defaultLimit: 3,
    maxLimit: 6,
    ...more,
  };
};

export const people = table("people", {
  name: { sql: "[order]", kind: "text" },
  bossId: { sql: "boss_id", kind: "text", nullable: true },
  born: { sql: "born_at", kind: "timestamp", nullable: true },
});
/** Its reference is hidden, so that keys have to be read beside the fields. */
export const posts = table("posts", {
  title: { sql: "title", kind: "text", nullable: true },
  open: { sql: "is_open", kind: "boolean" },
  data: { sql: "data", kind: "json", nullable: true },
  score: { sql: "score", kind: "number", nullable: true },
});
export const profiles = table(
  "profiles",
  { personId: { sql: "person_id", kind: "text" }, motto: { sql: "motto", kind: "text", nullable: true } },
  { deletedAt: "deleted_at" },
);
export const tags = table(
  "tags",
  { word: { sql: "[group]", kind: "text" } },
  { defaultLimit: 100, maxLimit: 20_000 },
);
const taggings = table("taggings", {});

export const ranked = ({ rank }: Reader): Scope => (rank === 0 ? anyRow : where("rank >= ?", rank));
const present = ({ rank }: Reader): Scope =>
  rank === 0 ? where("deleted_at IS NULL") : where("deleted_at IS NULL AND (rank >= ?)", rank);
/** Tags need a reader who may see anything at all. */
const tagged = (reader: Reader): Scope => (reader.rank > 8 ? signInFirst : ranked(reader));
/** Two values, so that parameters behind it count. */
const linked = ({ rank }: Reader): Scope =>
  rank > 8 ? noRow : where("rank >= ? AND rank < ?", rank - 2, 100);

export const peopleRelations: Relations<Reader> = {
  boss: {
    type: "one",
    target: people,
    from: "boss_id",
    to: "id",
    read: ranked,
    relations: () => peopleRelations,
  },
  team: {
    type: "many",
    target: people,
    from: "id",
    to: "boss_id",
    read: ranked,
    relations: () => peopleRelations,
  },
  posts: {
    type: "many",
    target: posts,
    from: "id",
    to: "author_id",
    read: ranked,
    relations: () => postsRelations,
  },
  profile: { type: "one", target: profiles, from: "id", to: "person_id", read: present },
};
const through = { table: taggings, by: "post_id", to: "tag_id", read: linked };
const postsRelations: Relations<Reader> = {
  author: {
    type: "one",
    target: people,
    from: "author_id",
    to: "id",
    read: ranked,
    relations: () => peopleRelations,
  },
  tags: {
    type: "many",
    target: tags,
    from: "id",
    to: "id",
    through,
    read: tagged,
    relations: () => tagsRelations,
  },
};
const tagsRelations: Relations<Reader> = {
  posts: {
    type: "many",
    target: posts,
    from: "id",
    to: "id",
    through: { ...through, by: "tag_id", to: "post_id" },
    read: ranked,
    relations: () => postsRelations,
  },
};

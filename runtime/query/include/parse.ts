/** Reads `include=author,comments(limit:5;filter:done==false).author`. */
import { Problem } from "../../http/problem.ts";
import { limitParameter } from "../../http/query.ts";
import { type Filter, parseFilter, printFilter } from "../filter/index.ts";
import { codePoints } from "../filter/text.ts";
import { excerpt } from "../filter/tokens.ts";
import { type OrderTerm, orderKey, parseOrder } from "../order.ts";
import { parseSelect } from "../select.ts";
import type { Relation, Relations } from "./relation.ts";
import { character, includeProblem, type RawOption, type RawOptions, Scanner, type Step } from "./scan.ts";

/** Characters, as code points. */
const maxLength = 4096;
/** Relations behind each other. */
const maxDepth = 3;
/** Relations in all. */
const maxRelations = 16;

/** One relation to follow, checked against what there is. */
export interface Inclusion<User> extends Options {
  readonly name: string;
  readonly relation: Relation<User>;
  readonly children: readonly Inclusion<User>[];
}

/** What is wanted of the rows that a relation leads to. */
interface Options {
  /** Null for all fields. */
  readonly select: readonly string[] | null;
  readonly filter: Filter | null;
  readonly order: readonly OrderTerm[];
  /** Rows per parent. */
  readonly limit: number;
}

/** A relation while the paths that name it are merged. */
interface Draft<User> {
  readonly name: string;
  readonly relation: Relation<User>;
  /** Null as long as no path has given any. */
  options: Options | null;
  readonly children: Map<string, Draft<User>>;
}

/**
 * Reads `include` as a tree: paths that begin alike are one branch, so `comments.author,comments.replies` follows
 * `comments` once. Options may stand at any one mention of a relation, or be the same at several.
 *
 * @throws {Problem} 400 `VALIDATION_ERROR`, or `FILTER_PARSE_ERROR` for a filter, with the place.
 */
export function parseInclude<User>(relations: Relations<User>, text: string): readonly Inclusion<User>[] {
  if (text.length > maxLength && codePoints(text) > maxLength) {
    throw includeProblem(text, text.length, "too_big", `include has at most ${maxLength} characters`);
  }
  return new Merger(relations, text).merge();
}

class Merger<User> {
  readonly #relations: Relations<User>;
  readonly #text: string;
  #count = 0;

  constructor(relations: Relations<User>, text: string) {
    this.#relations = relations;
    this.#text = text;
  }

  merge(): readonly Inclusion<User>[] {
    const roots = new Map<string, Draft<User>>();
    for (const path of new Scanner(this.#text).paths()) {
      let [relations, drafts]: [Relations<User>, Map<string, Draft<User>>] = [this.#relations, roots];
      for (const [depth, step] of path.entries()) {
        if (depth === maxDepth) {
          throw includeProblem(this.#text, step.at, "too_big", `Relations nest at most ${maxDepth} deep`);
        }
        const draft = this.#draft(relations, drafts, step);
        relations = draft.relation.relations?.() ?? {};
        drafts = draft.children;
      }
    }
    return finished(roots);
  }

  #draft(relations: Relations<User>, drafts: Map<string, Draft<User>>, step: Step): Draft<User> {
    const { name, at } = step;
    const relation = Object.hasOwn(relations, name) ? relations[name] : undefined;
    if (relation === undefined) {
      const message = `There is no relation ${JSON.stringify(excerpt(name))}`;
      throw includeProblem(this.#text, at, "unknown_relation", message);
    }
    const options = step.options === null ? null : this.#options(relation, step, step.options);
    const known = drafts.get(name);
    if (known === undefined) {
      this.#count += 1;
      if (this.#count > maxRelations) {
        const message = `include follows at most ${maxRelations} relations`;
        throw includeProblem(this.#text, at, "too_big", message);
      }
      const draft = { name, relation, options, children: new Map() };
      drafts.set(name, draft);
      return draft;
    }
    known.options ??= options;
    if (options !== null && known.options !== null && !same(options, known.options)) {
      const message = `${name} has other options than where it was named before`;
      throw includeProblem(this.#text, at, "conflicting_options", message);
    }
    return known;
  }

  #options({ type, target }: Relation<User>, { name, at }: Step, raw: RawOptions): Options {
    const useless = type === "one" ? (raw.limit ?? raw.orderBy) : undefined;
    if (useless !== undefined) {
      const message = `${name} leads to one row at most, which has select and filter, but no limit and no order`;
      throw includeProblem(this.#text, at, "invalid_option", message);
    }
    const { defaultLimit, maxLimit } = target;
    const { select, filter, orderBy, limit } = raw;
    return {
      select: this.#read(name, select, "select", (text) => parseSelect(target, text)) ?? null,
      filter: this.#read(name, filter, "filter", (text) => parseFilter(target, text)) ?? null,
      order:
        this.#read(name, orderBy, "orderBy", (text) => parseOrder(target, text)) ??
        parseOrder(target, undefined),
      limit:
        this.#read(name, limit, "limit", (text) => limitParameter(text.trim(), defaultLimit, maxLimit)) ??
        defaultLimit,
    };
  }

  /** Reads the value of an option with what reads the list's parameter of that name. */
  #read<Value>(
    relation: string,
    option: RawOption | undefined,
    name: string,
    read: (text: string) => Value,
  ): Value | undefined {
    if (option === undefined) return undefined;
    try {
      return read(option.text);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { message, code } = error.errors?.[0] ?? { message: error.message, code: "invalid_value" };
      const place = `At character ${character(this.#text, option.at)}, ${name} of ${relation}: ${message}`;
      throw new Problem(error.code, `include: ${place}.`, {
        errors: [{ field: "include", message: place, code }],
      });
    }
  }
}

const same = (a: Options, b: Options): boolean => canonical(a) === canonical(b);

const canonical = ({ select, filter, order, limit }: Options): string =>
  JSON.stringify([select, filter === null ? null : printFilter(filter), orderKey(order), limit]);

const finished = <User>(drafts: ReadonlyMap<string, Draft<User>>): readonly Inclusion<User>[] =>
  [...drafts.values()].map(({ name, relation, options, children }) => ({
    name,
    relation,
    ...(options ?? all(relation)),
    children: finished(children),
  }));

/** The options of a relation that is named without any. */
const all = <User>({ target }: Relation<User>): Options => ({
  select: null,
  filter: null,
  order: parseOrder(target, undefined),
  limit: target.defaultLimit,
});

import { MESSAGE_MATCHER_IS_ALREADY_BUILT, type Result, type Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * A router for Hono where paths with and without parameters stand side by side, such as `/todos/count` and `/todos/:id`.
 *
 * Hono's fastest router, `RegExpRouter`, refuses such pairs, so that an app of them gets `TrieRouter`, which walks a tree for
 * each request. Here the tree is asked once for each path without parameters, whose answer is always the same, and the fastest
 * router that takes them answers the others. What matches, and in which order, is what it would be without this class.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = "PathRouter";
  readonly #routes: (readonly [method: string, path: string, handler: T])[] = [];
  /** Methods of routes. Others come from callers, who may make up any number. */
  readonly #methods = new Set<string>();
  /** What each path without parameters leads to, by method, as far as it was asked for. */
  readonly #fixed = new Map<string, Map<string, Result<T>>>();
  readonly #others = new SmartRouter<T>({ routers: [new RegExpRouter<T>(), new TrieRouter<T>()] });
  #tree: TrieRouter<T> | null = null;

  /** @throws {Error} once a request has been matched, as Hono's own routers do. */
  add(method: string, path: string, handler: T): void {
    if (this.#tree !== null) throw new Error(MESSAGE_MATCHER_IS_ALREADY_BUILT);
    this.#routes.push([method, path, handler]);
    this.#methods.add(method);
    if (/\*|\/:/.test(path)) this.#others.add(method, path, handler);
    else if (!this.#fixed.has(path)) this.#fixed.set(path, new Map());
  }

  match(method: string, path: string): Result<T> {
    const fixed = this.#fixed.get(path);
    if (fixed === undefined) return this.#others.match(method, path);
    const known = fixed.get(method);
    if (known !== undefined) return known;
    const found = this.#whole().match(method, path);
    if (this.#methods.has(method)) fixed.set(method, found);
    return found;
  }

  /** All routes as a tree. */
  #whole(): TrieRouter<T> {
    if (this.#tree === null) {
      this.#tree = new TrieRouter();
      for (const route of this.#routes) this.#tree.add(...route);
    }
    return this.#tree;
  }
}

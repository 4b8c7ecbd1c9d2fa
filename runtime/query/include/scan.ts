/** The first reading of `include`: paths of names with their options, which are still text. */
import { invalid, type Problem } from "../../http/problem.ts";
import { codePoints } from "../filter/text.ts";
import { excerpt } from "../filter/tokens.ts";

/** What may stand in the parentheses behind a relation. */
export const optionNames = ["limit", "select", "filter", "orderBy"] as const;

export type OptionName = (typeof optionNames)[number];

/** A value as it was written. */
export interface RawOption {
  readonly text: string;
  /** Where it starts, in UTF-16 units. */
  readonly at: number;
}

export type RawOptions = Readonly<Partial<Record<OptionName, RawOption>>>;

/** One relation of a path. */
export interface Step {
  readonly name: string;
  /** Where the name starts, in UTF-16 units. */
  readonly at: number;
  /** Null without parentheses. */
  readonly options: RawOptions | null;
}

/**
 * The error for an `include` that cannot be used, 400 `VALIDATION_ERROR`.
 *
 * @param text The whole parameter.
 * @param at Where in it, in UTF-16 units; the message counts characters from 1.
 */
export const includeProblem = (text: string, at: number, code: string, message: string): Problem =>
  invalid("include", `At character ${character(text, at)}: ${message}`, code);

/** The place as messages count it: code points from 1. */
export const character = (text: string, at: number): number => codePoints(text.slice(0, at)) + 1;

const space = /\s*/y;
const name = /[A-Za-z_$][\w$]*/y;
const optionStart = /\s*(?:limit|select|filter|orderBy)\s*:/y;
/** Inside a value: a text in quotes, which may hold anything, or everything up to the next mark. */
const quoted = /"(?:[^"\\]|\\.)*"/sy;
const plain = /[^"()[\];]+/y;

/** Reads the parameter from left to right. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @throws {Problem} 400 unless the whole text is a list of paths. */
  paths(): readonly (readonly Step[])[] {
    const paths: Step[][] = [];
    do {
      const steps: Step[] = [];
      do steps.push(this.#step());
      while (this.#take("."));
      paths.push(steps);
    } while (this.#take(","));
    if (this.#here !== "") throw this.#expected('",", "." or "("');
    return paths;
  }

  #step(): Step {
    this.#match(space);
    const at = this.#at;
    const found = this.#match(name);
    if (found === null) throw this.#expected("the name of a relation");
    return { name: found, at, options: this.#take("(") ? this.#options() : null };
  }

  /** What is between parentheses, of which the first has been taken. */
  #options(): RawOptions {
    const options: Partial<Record<OptionName, RawOption>> = {};
    do {
      this.#match(space);
      const at = this.#at;
      const found = this.#match(name);
      const option = optionNames.find((candidate) => candidate === found);
      if (option === undefined) {
        this.#at = at;
        throw this.#expected(`one of ${optionNames.join(", ")}`);
      }
      if (!this.#take(":")) throw this.#expected('":"');
      if (options[option] !== undefined) throw this.#problem(at, "duplicate_option", `Give ${option} once`);
      options[option] = this.#value();
    } while (this.#take(";"));
    if (!this.#take(")")) throw this.#expected('";" and another option, or ")"');
    return options;
  }

  /**
   * A value, which ends before the parenthesis that closes the options or before a `;` with another option behind it:
   * a filter may have both within.
   */
  #value(): RawOption {
    const at = this.#at;
    let depth = 0;
    for (;;) {
      if (this.#match(plain) !== null) continue;
      const mark = this.#text.charAt(this.#at);
      if (mark === "") throw this.#expected('")"');
      if (mark === '"') {
        if (this.#match(quoted) === null)
          throw this.#problem(this.#at, "syntax", "The closing quote is missing");
        continue;
      }
      if (depth === 0 && (mark === ")" || (mark === ";" && this.#optionFollows()))) break;
      this.#at += 1;
      if (mark === "(" || mark === "[") depth += 1;
      else if ((mark === ")" || mark === "]") && depth > 0) depth -= 1;
    }
    return { text: this.#text.slice(at, this.#at), at };
  }

  #optionFollows(): boolean {
    optionStart.lastIndex = this.#at + 1;
    return optionStart.test(this.#text);
  }

  /** Takes a mark if it is what comes next but space. */
  #take(mark: string): boolean {
    this.#match(space);
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  get #here(): string {
    this.#match(space);
    return this.#text.slice(this.#at);
  }

  #expected(what: string): Problem {
    const found = this.#here === "" ? "the end" : JSON.stringify(excerpt(this.#here));
    return this.#problem(this.#at, "syntax", `Expected ${what}, found ${found}`);
  }

  #problem(at: number, code: string, message: string): Problem {
    return includeProblem(this.#text, at, code, message);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }
}

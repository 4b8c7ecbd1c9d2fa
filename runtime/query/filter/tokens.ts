import type { Problem } from "../../http/problem.ts";
import { type FilterErrorCode, filterProblem } from "./problem.ts";

/** A value as it was written. */
export interface ValueToken {
  readonly text: string;
  /** Quotes say that it is text, whatever it looks like. */
  readonly quoted: boolean;
  /** Where it starts, in UTF-16 units. */
  readonly at: number;
}

/** A field or an operator as it was written. */
export interface NameToken {
  readonly text: string;
  readonly at: number;
}

const space = /\s*/y;
/** Whether a character, by its UTF-16 unit, may be space. All that may be is below U+0021 or above U+007F. */
const maySpace = (unit: number): boolean => unit <= 0x20 || unit > 0x7f;
/** What follows does not belong to the word. */
const wordEnd = /(?![\p{ID_Continue}$])/uy;
const fieldName = /[\p{ID_Start}_$][\p{ID_Continue}$]*/uy;
/** An aggregate, which is a field and what is made of it: `sum.estimate`. */
const dottedName = /[\p{ID_Start}_$][\p{ID_Continue}$]*(?:\.[\p{ID_Start}_$][\p{ID_Continue}$]*)?/uy;
const operatorName = /==|!=|>=|<=|>|<|%=|=[A-Za-z]+=/y;
/** Everything but space and what can mean something else: quotes, brackets, separators, operators. */
const bareWord = /[^\s"'()[\],;=!<>&|]+/y;
const quotedPart = /[^"\\]*/y;

/**
 * Reads the tokens of a filter from left to right. Which characters belong to a token depends on what may stand there
 * (`%` is part of a value and of an operator), so the parser asks for what it expects.
 */
export class Scanner {
  readonly text: string;
  readonly #parameter: string;
  #at = 0;

  /** @param parameter The query parameter that the text came in, for errors. */
  constructor(text: string, parameter: string) {
    this.text = text;
    this.#parameter = parameter;
  }

  /** Where the next token starts. */
  get at(): number {
    if (maySpace(this.text.charCodeAt(this.#at))) this.#match(space);
    return this.#at;
  }

  get atEnd(): boolean {
    return this.at === this.text.length;
  }

  /** Takes a mark such as `(` or `&&` if it stands here. */
  take(mark: string): boolean {
    if (!this.text.startsWith(mark, this.at)) return false;
    this.#at += mark.length;
    return true;
  }

  /** Takes a word such as `and` if it stands here as a whole, and in front of `mark` where one is given. */
  takeWord(word: string, mark = ""): boolean {
    const start = this.at;
    if (this.take(word) && this.#match(wordEnd) !== null && this.text.startsWith(mark, this.at)) return true;
    this.#at = start;
    return false;
  }

  /** Takes `null` if it stands here as a whole value, without quotes. */
  takeNull(): boolean {
    const start = this.at;
    if (this.#match(bareWord) === "null") return true;
    this.#at = start;
    return false;
  }

  /** @throws {Problem} 400 unless the mark stands here. */
  expect(mark: string): void {
    if (!this.take(mark)) throw this.expected(JSON.stringify(mark));
  }

  /**
   * @param dotted Whether the name may have two parts with a dot between them.
   * @throws {Problem} 400 unless a name stands here.
   */
  field(expectation: string, dotted: boolean): NameToken {
    const { at } = this;
    const text = this.#match(dotted ? dottedName : fieldName);
    if (text === null) throw this.expected(expectation);
    return { text, at };
  }

  /** @throws {Problem} 400 unless something of the form of an operator stands here. */
  operator(): NameToken {
    const { at } = this;
    const text = this.#match(operatorName);
    if (text === null) throw this.expected("an operator such as == or =in=");
    return { text, at };
  }

  /** @throws {Problem} 400 unless a value stands here. */
  value(): ValueToken {
    const { at } = this;
    if (this.take('"')) return { text: this.#quoted(at), quoted: true, at };
    const text = this.#match(bareWord);
    if (text === null)
      throw this.expected("a value (text with spaces or special characters in double quotes)");
    return { text, quoted: false, at };
  }

  /** The error for something else than what could stand here. */
  expected(what: string): Problem {
    const { at } = this;
    const found = this.atEnd ? "the end" : JSON.stringify(excerpt(this.text.slice(at)));
    return this.problem(at, "syntax", `Expected ${what}, found ${found}`);
  }

  problem(at: number, code: FilterErrorCode, message: string): Problem {
    return filterProblem(this.text, at, code, message, this.#parameter);
  }

  /** What is between quotes, of which the first has been taken. */
  #quoted(start: number): string {
    let value = "";
    for (;;) {
      value += this.#match(quotedPart) ?? "";
      const mark = this.text[this.#at];
      if (mark === undefined) throw this.problem(start, "syntax", "The closing quote is missing");
      this.#at += 1;
      if (mark === '"') return value;
      const escaped = this.text[this.#at];
      if (escaped !== '"' && escaped !== "\\") {
        throw this.problem(
          this.#at - 1,
          "syntax",
          'Between quotes, a backslash stands before " or \\ only: write it twice',
        );
      }
      value += escaped;
      this.#at += 1;
    }
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }
}

/** The start of a text, short enough for a message. */
export function excerpt(text: string): string {
  const start = Array.from(text.slice(0, 80)).slice(0, 30).join("");
  return start.length < text.length ? `${start}…` : start;
}

import { invalid } from "../../http/problem.ts";

/** The longest `q`, in characters. */
const maxLength = 256;

/** The most words in one `q`: each is a lookup of its own in the index. */
const maxWords = 16;

/** What FTS5's unicode61 makes words of, with the marks that may stand on a letter. */
const word = /[\p{L}\p{N}\p{Co}\p{M}]*[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;

/** A phrase in quotes, which may be left open at the end, or what stands between two spaces; perhaps with `*` behind it. */
const terms = /"([^"]*)(?:"(\*?)|$)|([^\s"]+)/gu;

/**
 * Reads what somebody typed into a search box: words that all have to be there, in any order; `"several words"` that have to
 * follow each other; `begin*`, which finds every word that begins so. The last word is taken for a beginning, since it may
 * not be finished, unless it is in quotes. Nothing in it is FTS5's syntax: each term goes there as a quoted string.
 *
 * @returns the query in FTS5's syntax (https://www.sqlite.org/fts5.html#full_text_query_syntax).
 * @throws {Problem} 400 where there is no word in it, or too many, or too much text.
 */
export function parseWords(q: string | undefined): string {
  if (q === undefined) throw invalid("q", "Name the words to search for", "required");
  // FTS5 would stop reading at a NUL, in the midst of a string.
  if (q.includes("\0") || !q.isWellFormed()) throw invalid("q", "Must be text without NUL", "invalid_text");
  if ([...q].length > maxLength) throw invalid("q", `Must have at most ${maxLength} characters`, "too_big");
  const found: string[] = [];
  let count = 0;
  let isOpen = false;
  for (const [, phrase, star, plain] of q.replaceAll(/[“”]/gu, '"').matchAll(terms)) {
    const text = phrase ?? plain ?? "";
    const words = text.match(word)?.length ?? 0;
    if (words === 0) continue;
    count += words;
    const isPrefix = phrase === undefined ? text.endsWith("*") : star === "*";
    found.push(`"${text.replaceAll('"', '""')}"${isPrefix ? " *" : ""}`);
    isOpen = phrase === undefined && !isPrefix;
  }
  if (count === 0) throw invalid("q", "Needs a word: letters or digits", "no_word");
  if (count > maxWords) throw invalid("q", `Must have at most ${maxWords} words`, "too_big");
  // Terms side by side are ANDed. With the word AND between them, one that FTS5 finds no word in would find nothing.
  return `${found.join(" ")}${isOpen ? " *" : ""}`;
}

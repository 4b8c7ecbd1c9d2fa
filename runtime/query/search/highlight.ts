/** Marks what was found in the text around it, as HTML. */

/** The most words of a field that are shown; a shorter text is shown whole. */
const excerptWords = 32;

/** Texts that stand for `<mark>` and `</mark>` until all else is escaped. */
export interface Marks {
  readonly open: string;
  readonly close: string;
}

/** Made anew for each request, so that no stored text can hold them, whatever was put into it. */
export function newMarks(): Marks {
  const secret = crypto.randomUUID();
  return { open: `${secret}+`, close: `${secret}-` };
}

/**
 * An expression for the excerpt of a hit's field, where the match is the first parameter.
 *
 * @param index SQL name of the FTS5 table.
 * @param position Position of the field in it.
 * @param number SQL for the hit's number in it.
 * @param open Number of the parameter with {@link Marks.open}; the one of `close` comes after it.
 */
export const excerptSql = (index: string, position: number, number: string, open: number): string =>
  `(SELECT snippet(${index}, ${position}, ?${open}, ?${open + 1}, '…', ${excerptWords}) ` +
  `FROM ${index} WHERE ${index} MATCH ?1 AND rowid = ${number})`;

/** The excerpt as HTML that can stand in a page as it is; null where nothing in the field was found. */
export function excerptHtml(excerpt: unknown, { open, close }: Marks): string | null {
  if (typeof excerpt !== "string" || !excerpt.includes(open)) return null;
  return escapeHtml(excerpt).replaceAll(open, "<mark>").replaceAll(close, "</mark>");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);

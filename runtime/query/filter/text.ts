/** Text as the filters compare it: by code point, folding ASCII only, the way SQLite does. */

/**
 * Orders two texts by code point, which is the order of their UTF-8 bytes and so the one in which SQLite compares.
 * JavaScript's `<` compares UTF-16 units, and puts what lies above U+FFFF before U+E000 to U+FFFF.
 *
 * @returns less than, equal to or greater than zero.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** The text with A to Z in lower case and nothing else changed, as SQLite's `lower()` has it. */
export const foldAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The number of code points, as SQLite's `length()` counts them. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xdc00 && unit <= 0xdfff) count -= 1;
  }
  return count;
}

/** The number of bytes that the text takes in UTF-8. */
export const utf8Bytes = (text: string): number => new TextEncoder().encode(text).byteLength;

/** Patterns of parameters: `*` stands for any text, `?` for one character, and `\` in front of a character for that itself. */

/** Whether a text has anything in it but itself. */
export const isPattern = (text: string): boolean => /[*?\\]/.test(text);

/** The text that a pattern without `*` and `?` stands for; null for one with them. */
export function literal(pattern: string): string | null {
  let text = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "*" || character === "?") return null;
    text += character === "\\" && at + 1 < pattern.length ? pattern.charAt(++at) : character;
  }
  return text;
}

/**
 * What tells whether a text matches. It looks at each character of the text at most once for each of the pattern, since it goes back
 * to the last `*` only (Kirk J. Krauss, "Matching Wildcards: An Algorithm", 2008).
 */
export function matcher(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern);
  return (text) => {
    const characters = [...text];
    let [at, part] = [0, 0];
    let back: { readonly part: number; at: number } | null = null;
    while (at < characters.length) {
      const expected = parts[part];
      if (expected === any) {
        back = { part, at };
        part += 1;
      } else if (expected !== undefined && (expected === one || expected === characters[at])) {
        at += 1;
        part += 1;
      } else if (back !== null) {
        back.at += 1;
        at = back.at;
        part = back.part + 1;
      } else {
        return false;
      }
    }
    while (parts[part] === any) part += 1;
    return part === parts.length;
  };
}

const any = Symbol("any text");
const one = Symbol("any character");

function partsOf(pattern: string): (string | typeof any | typeof one)[] {
  const characters = [...pattern];
  const parts: (string | typeof any | typeof one)[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (character === "*") {
      if (parts.at(-1) !== any) parts.push(any);
    } else if (character === "?") parts.push(one);
    else parts.push(character === "\\" ? (characters[++at] ?? "\\") : character);
  }
  return parts;
}

/** What tells whether the parameters of a room match a pattern for each of them. */
export function roomMatcher(patterns: readonly string[]): (values: readonly string[]) => boolean {
  const matchers = patterns.map(matcher);
  return (values) => matchers.every((matches, index) => matches(values[index] ?? ""));
}

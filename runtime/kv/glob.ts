/** Redis's glob patterns: `*`, `?`, `[abc]`, `[a-c]`, `[^a]` and `\` before a character that stands for itself. */

/** The characters that every match begins with. */
export function literalPrefix(pattern: string): string {
  let prefix = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === "*" || char === "?" || char === "[") break;
    prefix += char === "\\" && i + 1 < pattern.length ? pattern.charAt(++i) : char;
  }
  return prefix;
}

/**
 * Compiles a pattern into a test. `?` and classes stand for one character (a code point). Matching takes at most
 * length of pattern × length of text steps: only the last `*` is ever tried again, since an earlier one cannot do better.
 */
export function glob(pattern: string): (text: string) => boolean {
  const tokens = parse([...pattern]);
  if (tokens.every((token) => token === "*") && tokens.length > 0) return () => true;
  return (text) => matches(tokens, [...text]);
}

/** `*`, or a test of one character. */
type Token = "*" | ((char: string) => boolean);

function parse(pattern: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? "";
    if (char === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (char === "?") {
      tokens.push(() => true);
    } else if (char === "[") {
      const [token, end] = parseClass(pattern, i + 1);
      tokens.push(token);
      i = end;
    } else {
      const literal = char === "\\" && i + 1 < pattern.length ? (pattern[++i] ?? "") : char;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

/** Reads a class from after its `[`; gives its test and where its `]` is. One that is not closed ends with the pattern. */
function parseClass(pattern: readonly string[], start: number): [(char: string) => boolean, number] {
  const negated = pattern[start] === "^";
  const ranges: [low: number, high: number][] = [];
  let i = negated ? start + 1 : start;
  for (; i < pattern.length && pattern[i] !== "]"; i++) {
    if (pattern[i] === "\\" && i + 1 < pattern.length) i++;
    const low = codePoint(pattern[i]);
    if (pattern[i - 1] !== "\\" && pattern[i + 1] === "-" && i + 2 < pattern.length) {
      const high = codePoint(pattern[i + 2]);
      ranges.push(low <= high ? [low, high] : [high, low]);
      i += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  const test = (char: string): boolean => {
    const point = codePoint(char);
    return ranges.some(([low, high]) => point >= low && point <= high) !== negated;
  };
  return [test, i];
}

const codePoint = (char: string | undefined): number => char?.codePointAt(0) ?? -1;

function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let [t, i] = [0, 0];
  let star = -1;
  let retry = 0;
  while (i < text.length) {
    const token = tokens[t];
    if (token === "*") {
      star = t++;
      retry = i;
    } else if (token?.(text[i] ?? "")) {
      t++;
      i++;
    } else if (star >= 0) {
      t = star + 1;
      i = ++retry;
    } else {
      return false;
    }
  }
  while (tokens[t] === "*") t++;
  return t === tokens.length;
}

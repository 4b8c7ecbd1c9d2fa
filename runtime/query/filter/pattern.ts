/** Patterns of `=like=`: `%` stands for any text, `_` for any one character, and `\` takes the meaning off the next. */

/** One character of a pattern that stands for itself, or a wildcard. */
export type PatternToken = { readonly literal: string } | { readonly wildcard: "%" | "_" };

/** @returns the tokens, or null where the pattern ends in the middle of an escape. */
export function parsePattern(pattern: string): readonly PatternToken[] | null {
  const tokens: PatternToken[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (escaped) {
      tokens.push({ literal: character });
      escaped = false;
    } else if (character === "\\") escaped = true;
    else
      tokens.push(character === "%" || character === "_" ? { wildcard: character } : { literal: character });
  }
  return escaped ? null : tokens;
}

/**
 * Whether a whole text matches. After a mismatch only the last `%` can take more, so the cost is at most the product
 * of the lengths, whatever the pattern.
 */
export function matchesPattern(text: string, tokens: readonly PatternToken[]): boolean {
  const characters = Array.from(text);
  let [at, token] = [0, 0];
  let restart: { at: number; token: number } | null = null;
  while (at < characters.length) {
    const current = tokens[token];
    if (current !== undefined && "wildcard" in current && current.wildcard === "%") {
      token += 1;
      restart = { at, token };
    } else if (current !== undefined && ("wildcard" in current || current.literal === characters[at])) {
      at += 1;
      token += 1;
    } else if (restart !== null) {
      restart.at += 1;
      ({ at, token } = restart);
    } else return false;
  }
  return tokens.slice(token).every((rest) => "wildcard" in rest && rest.wildcard === "%");
}

/** What has a meaning in SQLite's GLOB; `]` and `^` have one only behind `[`. */
const globSpecials = ["*", "?", "["] as const;

/**
 * The pattern for SQLite's GLOB, whose wildcards are `*` and `?` and which, unlike LIKE, tells upper from lower case.
 *
 * GLOB would spell a literal star `[*]`, three bytes of the 50 that D1 takes. So the text is rewritten instead: each
 * special that the pattern has as a literal is replaced, in text and pattern, by a stand-in that does not occur in the
 * pattern. The stand-ins that the text itself holds are replaced before, by a further character that does not occur in
 * the pattern, so that they match wildcards only, as they did.
 */
export function globOf(tokens: readonly PatternToken[]): {
  readonly pattern: string;
  /** The SQL of the text, given that of the column. */
  readonly text: (column: string) => string;
} {
  const literals = new Set(tokens.flatMap((token) => ("literal" in token ? [token.literal] : [])));
  const used = globSpecials.filter((special) => literals.has(special));
  const free = unusedCharacters(literals);
  const standIns = used.map((special) => ({ special, code: free() }));
  const pattern = tokens
    .map((token) => {
      if ("wildcard" in token) return token.wildcard === "%" ? "*" : "?";
      const found = standIns.find(({ special }) => special === token.literal);
      return found === undefined ? token.literal : String.fromCharCode(found.code);
    })
    .join("");
  if (standIns.length === 0) return { pattern, text: (column) => column };
  const nobody = free();
  return {
    pattern,
    text: (column) => {
      const cleared = standIns.reduce(
        (sql, { code }) => `replace(${sql}, char(${code}), char(${nobody}))`,
        column,
      );
      return standIns.reduce(
        (sql, { special, code }) => `replace(${sql}, '${special}', char(${code}))`,
        cleared,
      );
    },
  };
}

/** Gives codes of ASCII control characters, one byte each, that are not among the literals. */
function unusedCharacters(literals: ReadonlySet<string>): () => number {
  let code = 0;
  return () => {
    do code += 1;
    while (
      literals.has(String.fromCharCode(code)) ||
      globSpecials.some((special) => special.charCodeAt(0) === code)
    );
    return code;
  };
}

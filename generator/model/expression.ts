/** Reads the SQL of computed fields: what in it stands for fields, and what cannot stand in an expression. */
import { quote } from "./report.ts";

/** A piece of an expression. */
export type ExpressionToken =
  | { readonly type: "sql"; readonly text: string }
  /** `{name}`, with its place. */
  | { readonly type: "field"; readonly name: string; readonly at: number; readonly length: number };

/** What is wrong in an expression, and where: in UTF-16 units from its beginning. */
export interface ExpressionProblem {
  readonly message: string;
  readonly at: number;
  readonly length: number;
  /** A name that stands outside braces, and may be meant as a field. */
  readonly bare?: string;
  readonly fix?: string;
}

export interface ReadExpression {
  readonly tokens: readonly ExpressionToken[];
  readonly problems: readonly ExpressionProblem[];
}

const keywords: ReadonlySet<string> = new Set(
  (
    "and as between case cast collate current_date current_time current_timestamp distinct else end escape false from glob " +
    "in is isnull like not notnull null or then true when"
  ).split(" "),
);

/** Words that a type of CAST and a collation are made of; they stand behind AS and COLLATE only. */
const afterAs = /^(?:text|integer|int|real|numeric|blob)$/;
const afterCollate = /^(?:binary|nocase|rtrim)$/;

const subquery: ReadonlySet<string> = new Set(["select", "with", "values", "exists"]);
const overRows: ReadonlySet<string> = new Set(
  (
    "count sum total avg group_concat string_agg median percentile json_group_array json_group_object jsonb_group_array " +
    "jsonb_group_object over filter row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value"
  ).split(" "),
);

/** The pieces of SQL, in the order in which they are tried. */
const pieces = {
  space: /\s+/y,
  comment: /--|\/\*/y,
  text: /[xX]?'(?:[^']|'')*'/y,
  field: /\{([^{}]*)\}/y,
  number: /(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w$])/y,
  word: /[\p{L}_][\p{L}\p{N}_$]*/uy,
  quoted: /"[^"]*"|`[^`]*`|\[[^\]]*\]/y,
  placeholder: /[?:@$]\w*/y,
  sign: /[-+*/%<>=!|&~,()]/y,
  other: /[\s\S]/y,
} as const;

/** Reads an expression. White space between its pieces becomes one space. */
export function readExpression(text: string): ReadExpression {
  const tokens: ExpressionToken[] = [];
  const problems: ExpressionProblem[] = [];
  const open: number[] = [];
  let before = "";
  let at = 0;
  const add = (sql: string): void => {
    const last = tokens.at(-1);
    if (last?.type === "sql") tokens[tokens.length - 1] = { type: "sql", text: last.text + sql };
    else tokens.push({ type: "sql", text: sql });
  };
  while (at < text.length) {
    const [kind, found] = pieceAt(text, at);
    const piece = found[0];
    const wrong = (message: string, more: Partial<ExpressionProblem> = {}): void => {
      problems.push({ message, at, length: piece.length, ...more });
    };
    if (kind === "comment") {
      wrong("has a comment", { length: text.length - at, fix: "Put it beside the field." });
      break;
    }
    if (kind === "space") add(" ");
    else if (kind === "field") tokens.push({ type: "field", name: found[1] ?? "", at, length: piece.length });
    else {
      add(piece);
      if (kind === "word") {
        const problem = wordProblem(piece, before, text.slice(at + piece.length));
        if (problem !== null) wrong(problem.message, problem);
      } else if (kind === "quoted") {
        wrong("has a name in quotes", { bare: piece.slice(1, -1) });
      } else if (kind === "placeholder") {
        wrong(`has the placeholder ${quote(piece)}, which nothing fills`);
      } else if (kind === "other") wrong(...otherProblem(piece));
      // What follows was not meant to be read as an expression.
      if (kind === "other" && (piece === "'" || piece === ";")) break;
    }
    if (piece === "(") open.push(at);
    if (piece === ")" && open.pop() === undefined) wrong("closes a parenthesis that is not open");
    if (kind !== "space") before = piece.toLowerCase();
    at += piece.length;
  }
  for (const place of open)
    problems.push({ message: "does not close this parenthesis", at: place, length: 1 });
  if (text.trim() === "") problems.push({ message: "is empty", at: 0, length: Math.max(1, text.length) });
  return { tokens: trimmed(tokens), problems };
}

function pieceAt(text: string, at: number): [keyof typeof pieces, RegExpExecArray] {
  for (const kind of Object.keys(pieces) as (keyof typeof pieces)[]) {
    const pattern = pieces[kind];
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) return [kind, found];
  }
  throw new Error(`No piece of SQL at ${at}`);
}

function wordProblem(
  word: string,
  before: string,
  after: string,
): { readonly message: string; readonly bare?: string; readonly fix?: string } | null {
  const lower = word.toLowerCase();
  const isCall = /^\s*\(/.test(after);
  if (subquery.has(lower)) return { message: "has a subquery", fix: "Use the row's own fields only." };
  if (overRows.has(lower) && (isCall || lower === "over")) {
    return {
      message: `has ${quote(word)}, which looks at several rows`,
      fix: "Use the row's own fields only.",
    };
  }
  if (keywords.has(lower) || isCall) return null;
  if (before === "as" && afterAs.test(lower)) return null;
  if (before === "collate" && afterCollate.test(lower)) return null;
  return { message: `has the name ${quote(word)} outside braces`, bare: word };
}

function otherProblem(character: string): [string, Partial<ExpressionProblem>] {
  switch (character) {
    case ";":
      return ["holds more than one statement", { fix: "Remove the `;`." }];
    case "{":
      return ["does not close this brace", {}];
    case "}":
      return ["closes a brace that is not open", {}];
    case "'":
      return ["does not close this text", {}];
    default:
      return [`has ${quote(character)}, which SQL does not have there`, {}];
  }
}

/** Without space at both ends. */
function trimmed(tokens: readonly ExpressionToken[]): ExpressionToken[] {
  return tokens.flatMap((token, index): ExpressionToken[] => {
    if (token.type === "field") return [token];
    let { text } = token;
    if (index === 0) text = text.trimStart();
    if (index === tokens.length - 1) text = text.trimEnd();
    return text === "" ? [] : [{ type: "sql", text }];
  });
}

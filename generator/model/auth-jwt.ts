/** The pass over `jwt(…)`: which tokens are good, and what their claims say of the user. */
import type { JwtAlgorithm, JwtAuthData } from "../../schema/data.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { JwtProvider, UserFieldModel } from "./types.ts";

/** All of them sign with a private key, so none can be used with what anybody may read. */
const publicAlgorithms: readonly JwtAlgorithm[] = ["RS256", "ES256", "EdDSA"];

/**
 * @param claimFields The fields that the claims give; null where the users are rows.
 * @param taken The Worker's other bindings, by name: what each of them is.
 */
export function buildJwt(
  data: JwtAuthData,
  claimFields: readonly UserFieldModel[] | null,
  path: ConfigPath,
  taken: ReadonlyMap<string, string>,
  report: Report,
): JwtProvider {
  const wrong = (option: string, message: string, fix: string, text?: string): void =>
    report.error("COV1417", [...path, option], message, { fix, ...(text === undefined ? {} : { text }) });
  for (const option of ["issuer", "audience"] as const) {
    if (data[option].trim() !== "") continue;
    wrong(option, `\`${option}\` is empty, so tokens for anything would do.`, "Give what the tokens state.");
  }
  if (data.users !== undefined && data.user !== undefined) {
    wrong("user", "The users are rows, so the claims say nothing of them.", "Remove `user`, or `users`.");
  }
  return {
    type: "jwt",
    keys: keysOf(data, path, taken, report, wrong),
    algorithms: data.secret === undefined ? algorithmsOf(data, wrong) : ["HS256"],
    issuer: data.issuer,
    audience: data.audience,
    claims: claimFields === null ? null : claimsOf(data, claimFields, path, report),
  };
}

type Wrong = (option: string, message: string, fix: string, text?: string) => void;

function keysOf(
  { jwks, secret }: JwtAuthData,
  path: ConfigPath,
  taken: ReadonlyMap<string, string>,
  report: Report,
  wrong: Wrong,
): JwtProvider["keys"] {
  if ((jwks === undefined) === (secret === undefined)) {
    const message =
      jwks === undefined
        ? "jwt(…) does not say what tokens are signed with."
        : "jwt(…) has both jwks and secret, which exclude each other.";
    report.error("COV1417", path, message, { fix: "Give `jwks`, or else `secret`." });
  }
  if (secret === undefined) {
    if (jwks !== undefined && !isSafeUrl(jwks)) {
      const fix = "Give the https URL of the issuer's keys. Only localhost may do with http.";
      wrong("jwks", `${quote(jwks)} is no URL that keys can be trusted from.`, fix, jwks);
    }
    return { type: "jwks", url: jwks ?? "" };
  }
  const what = taken.get(secret);
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,59}$/.test(secret)) {
    // Not shown: it may be the secret itself.
    const fix =
      "Name the binding, such as `JWT_SECRET`, and put the secret itself with `wrangler secret put`.";
    wrong("secret", "`secret` is not the name of a binding.", fix);
  } else if (what !== undefined) {
    wrong("secret", `The secret ${quote(secret)} has the name of ${what}.`, "Choose another name.", secret);
  }
  return { type: "secret", name: secret };
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return (
    protocol === "https:" || (protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
  );
}

function algorithmsOf({ algorithms }: JwtAuthData, wrong: Wrong): readonly JwtAlgorithm[] {
  if (algorithms === undefined) return publicAlgorithms;
  if (algorithms.length === 0)
    wrong("algorithms", "`algorithms` is empty, so no token would do.", "Name one, or remove it.");
  if (new Set(algorithms).size < algorithms.length)
    wrong("algorithms", "`algorithms` names one twice.", "Remove it.");
  return algorithms;
}

function claimsOf(
  { claims = {} }: JwtAuthData,
  fields: readonly UserFieldModel[],
  path: ConfigPath,
  report: Report,
): JwtProvider["claims"] {
  const names = fields.map(({ name }) => name);
  for (const [field, claim] of Object.entries(claims)) {
    const at = [...path, "claims", field];
    if (!names.includes(field)) {
      const message = `\`claims\` names ${quote(field)}, which is not a field of the user.`;
      report.error("COV1417", at, message, { text: field, ...suggest(field, names, "Fields of the user") });
    } else if (claim === "" || claim === "__proto__") {
      report.error("COV1417", at, `${quote(claim)} is no name of a claim.`, { text: claim });
    }
  }
  return fields.map((field) => ({
    field,
    claim: (Object.hasOwn(claims, field.name) ? claims[field.name] : undefined) ?? field.name,
  }));
}

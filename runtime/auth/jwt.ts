/** Users identified by a JSON Web Token (RFC 7519) that somebody else issued. */
import type { JWTPayload } from "jose";
import { JOSEError } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import type { Validator } from "../http/body.ts";
import { logFault } from "../http/reply.ts";
import type { KeyOf } from "./keys.ts";
import { bearerToken, type Recognise } from "./recognise.ts";

/** Algorithms that tokens may be signed with: with a public key, or with a shared secret. */
export type Algorithm = "RS256" | "ES256" | "EdDSA" | "HS256";

/** Makes a user of a token that is good; null where the claims do not fit. */
export type UserOfClaims<Env, User> = (
  env: Env,
  id: string,
  claims: JWTPayload,
) => User | null | Promise<User | null>;

/** Which tokens are good, and whom they stand for. */
export interface JwtAuthOptions<Env, User> {
  readonly keys: KeyOf<Env>;
  readonly algorithms: readonly Algorithm[];
  readonly issuer: string;
  readonly audience: string;
  readonly user: UserOfClaims<Env, User>;
}

/** Seconds by which the clocks of the issuer and of the Worker may differ. */
const skew = 60;

/** Characters. Anything longer is not worth being decoded. */
const longest = 16_384;

/** What a token with three parts looks like. Other things that `Bearer` carries are not ours. */
const form = /^[\w-]*\.[\w-]*\.[\w-]*$/;

/** Tokens for other uses than identifying requests, such as ending sessions, say so in their `typ`. */
const types: readonly unknown[] = [undefined, "jwt", "at+jwt", "application/jwt", "application/at+jwt"];

/** Identifies requests by `Authorization: Bearer <token>`. */
export function jwtAuth<Env, User>(options: JwtAuthOptions<Env, User>): Recognise<Env, User> {
  return async (request, env) => {
    const token = bearerToken(request);
    if (token === null || !form.test(token)) return undefined;
    const claims = token.length > longest ? null : await verify(token, options.keys(env), options);
    const id = claims?.sub;
    return claims === null || typeof id !== "string" || id === "" ? null : options.user(env, id, claims);
  };
}

/** The claims of a token; null where it is not good. The keys being out of reach is no fault of the token's. */
async function verify(
  token: string,
  key: ReturnType<KeyOf<never>>,
  { algorithms, issuer, audience }: Pick<JwtAuthOptions<never, never>, "algorithms" | "issuer" | "audience">,
): Promise<JWTPayload | null> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      algorithms: [...algorithms],
      issuer,
      audience,
      clockTolerance: skew,
      requiredClaims: ["exp", "sub"],
    });
    const { typ } = protectedHeader;
    if (!types.includes(typeof typ === "string" ? typ.toLowerCase() : typ)) return null;
    const { iat = 0 } = payload;
    return iat > Date.now() / 1000 + skew ? null : payload;
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}

/**
 * Makes a user of the claims themselves.
 *
 * @param schema What the claims must be. A token with others signs nobody in, which the log tells without the values.
 */
export const userOfClaims =
  <Claims, User>(
    schema: Validator<Claims>,
    user: (id: string, claims: Claims) => User,
  ): UserOfClaims<unknown, User> =>
  (_env, id, claims) => {
    const result = schema.safeParse(claims);
    if (result.success) return user(id, result.data);
    const wrong = result.error.issues.map(({ path, code }) => `${path.map(String).join(".")}: ${code}`);
    logFault("-", `The claims of a token do not fit the config: ${wrong.join(", ")}`);
    return null;
  };

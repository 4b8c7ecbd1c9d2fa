import fc from "fast-check";
import type { AuthData } from "../../../schema/data.ts";
import { field } from "../../../schema/fields.ts";
import { hostileNames } from "../model/random-config.ts";

/** What rules of random configs ask of the user. */
const role = field.enum(["member", "admin"]);

/** The field that users have who are rows. */
export const userFields = { role };

const custom: AuthData = { type: "custom", module: "./src/auth.ts", user: { role } };

const claim = fc.constantFrom(
  field.text(),
  field.text().optional(),
  field.integer(),
  field.number().optional(),
  field.boolean(),
  field.timestamp(),
  field.timestamp().optional(),
  field.json(),
  field.json().optional(),
);

const tokens = { type: "jwt", issuer: "https://a.example/it's", audience: 'the "api"' } as const;
const keys = fc.constantFrom(
  { jwks: "https://a.example/jwks.json" },
  { jwks: `https://a.example/${"long-".repeat(20)}`, algorithms: ["ES256"] as const },
  { secret: "JWT_SECRET" },
  { secret: "env" },
);

/** Users whom the claims of a token make. */
const claims: fc.Arbitrary<AuthData> = fc
  .tuple(keys, fc.dictionary(fc.constantFrom(...hostileNames), claim, { maxKeys: 4 }), fc.boolean())
  .map(([key, fields, renamed]) => ({
    ...tokens,
    ...key,
    user: { ...fields, role },
    ...(renamed ? { claims: { role: "https://a.example/`role`" } } : {}),
  }));

/** Ways to identify users who are rows of the resource of that key. */
const rows = (users: string): fc.Arbitrary<readonly AuthData[]> =>
  keys.chain((key) =>
    fc.subarray<AuthData>(
      [
        { type: "session", users, data: { device: field.text().max(80), flags: field.json() } },
        { ...tokens, ...key, users },
        { type: "apiKey", users, prefix: "acme" },
      ],
      { minLength: 1 },
    ),
  );

/**
 * How random configs identify requests.
 *
 * @returns `users`: the resource that needs {@link userFields}, or null.
 */
export const randomAuth = (
  users: string,
): fc.Arbitrary<{ readonly auth: AuthData | readonly AuthData[]; readonly users: string | null }> =>
  fc.oneof(
    { arbitrary: fc.constant({ auth: custom, users: null }), weight: 2 },
    { arbitrary: claims.map((auth) => ({ auth, users: null })), weight: 1 },
    {
      arbitrary: rows(users).map((auth) => ({ auth: auth.length === 1 ? (auth[0] ?? custom) : auth, users })),
      weight: 2,
    },
  );

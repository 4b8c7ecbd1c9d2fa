import { base64url, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export const issuer = "https://issuer.test";

/** A pair of keys, and the public one as its issuer publishes it. */
export async function keyPair(alg: string, kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" }, alg, kid };
}

export type Pair = Awaited<ReturnType<typeof keyPair>>;

/** Sets what a host answers when it is asked for its keys. */
export async function publish(keys: readonly object[], host = "issuer.test", status = 200, body?: string) {
  await fetch(`https://${host}/jwks.json`, {
    method: "PUT",
    headers: { "X-Status": `${status}` },
    body: body ?? JSON.stringify({ keys }),
  });
}

/** How often a host was asked for its keys. */
export const fetches = async (host = "issuer.test"): Promise<number> =>
  Number(await (await fetch(`https://${host}/fetches`)).text());

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** The claims of a good token. Those that are undefined are left out. */
export const claims = (more: Record<string, unknown> = {}): JWTPayload => ({
  iss: issuer,
  aud: "api",
  sub: "ann",
  iat: now(),
  exp: now() + 300,
  "https://example.com/role": "member",
  groups: ["a"],
  ...more,
});

/** A token, signed as it should be unless the header says otherwise. */
export const sign = (pair: Pair, payload: JWTPayload = claims(), header: Record<string, unknown> = {}) =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: pair.alg, kid: pair.kid, typ: "JWT", ...header })
    .sign(pair.privateKey);

/** A token by hand: the parts as they are given. */
export const assemble = (header: unknown, payload: unknown, signature: Uint8Array | string = ""): string =>
  [JSON.stringify(header), JSON.stringify(payload), signature]
    .map((part) => base64url.encode(part))
    .join(".");

/** JSON Web Tokens (contract 4.5): whom they sign in, and what attackers try. */
import { env, exports } from "cloudflare:workers";
import { jwtAuth, secretKey } from "covara/runtime/auth";
import { exportSPKI, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { assemble, claims, issuer, keyPair, now, type Pair, publish, sign } from "./sign.ts";

let rsa: Pair;
let ec: Pair;
let ed: Pair;
let stranger: Pair;
beforeAll(async () => {
  [rsa, ec, ed, stranger] = await Promise.all([
    keyPair("RS256", "rsa-1"),
    keyPair("ES256", "ec-1"),
    keyPair("EdDSA", "ed-1"),
    keyPair("RS256", "rsa-1"),
  ]);
  await publish([rsa.jwk, ec.jwk, ed.jwk]);
});

async function call(path: string, authorization?: string, headers: Record<string, string> = {}) {
  const response = await exports.default.fetch(`https://covara.test/api${path}`, {
    headers: { ...(authorization === undefined ? {} : { Authorization: authorization }), ...headers },
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** Who a token signs in; null for nobody. */
async function user(token: string): Promise<unknown> {
  const { status, json } = await call("/me", `Bearer ${token}`);
  expect(status).toBe(200);
  return json.user;
}

const ann = { id: "ann", role: "member", orgId: null, level: null, groups: ["a"], extra: null, since: null };

describe("a good token", () => {
  test("signs in whom it names, by each algorithm", async () => {
    for (const pair of [rsa, ec, ed]) expect(await user(await sign(pair))).toEqual(ann);
  });

  test("gives the user what it claims, under the names of the config", async () => {
    const all = {
      "https://example.com/role": "admin",
      "org-id": "o1",
      level: 3,
      groups: [],
      extra: { deep: [1] },
      since: "2026-01-01T00:00:00+01:00",
      password: "not asked for",
    };
    expect(await user(await sign(ec, claims(all)))).toEqual({
      id: "ann",
      role: "admin",
      orgId: "o1",
      level: 3,
      groups: [],
      extra: { deep: [1] },
      since: "2025-12-31T23:00:00.000Z",
    });
  });

  test("is for rules what any user is", async () => {
    await env.DB.batch([
      env.DB.prepare("DELETE FROM docs"),
      env.DB.prepare(
        "INSERT INTO docs (id, org_id, owner_id) VALUES ('1', 'o1', 'x'), ('2', 'o2', 'ann'), ('3', 'o3', 'x')",
      ),
    ]);
    const { json } = await call("/docs", `Bearer ${await sign(ec, claims({ "org-id": "o1" }))}`);
    expect((json.items as { id: string }[]).map(({ id }) => id)).toEqual(["1", "2"]);
    expect((await call("/docs")).status).toBe(401);
    expect((await call("/docs", "Bearer a.b.c")).status).toBe(401);
    expect((await call("/posts", "Bearer a.b.c")).status).toBe(200);
  });

  test("may be meant for several audiences, have no typ, or that of an access token", async () => {
    expect(await user(await sign(ec, claims({ aud: ["other", "api"] })))).toEqual(ann);
    for (const typ of [undefined, "jwt", "at+jwt", "application/at+JWT"]) {
      expect(await user(await sign(ec, claims(), { typ }))).toEqual(ann);
    }
  });

  test("is taken whatever the case of the scheme", async () => {
    const token = await sign(ec);
    for (const scheme of ["bearer", "BEARER"])
      expect((await call("/me", `${scheme} ${token}`)).json).toEqual({ user: ann });
  });

  test("may be off by a minute, as clocks are", async () => {
    for (const times of [{ exp: now() - 50 }, { nbf: now() + 50 }, { iat: now() + 50 }]) {
      expect(await user(await sign(ec, claims(times)))).toEqual(ann);
    }
  });
});

describe("no token signs anybody in", () => {
  test.each([
    ["expired", () => ({ exp: now() - 70 })],
    ["without an end", () => ({ exp: undefined })],
    ["whose end is no number", () => ({ exp: "9999999999" })],
    ["not yet valid", () => ({ nbf: now() + 70 })],
    ["issued in the future", () => ({ iat: now() + 70 })],
    ["of another issuer", () => ({ iss: "https://issuer.test/" })],
    ["of several issuers", () => ({ iss: [issuer] })],
    ["without an issuer", () => ({ iss: undefined })],
    ["for another audience", () => ({ aud: "apis" })],
    ["for other audiences", () => ({ aud: ["ap", "i"] })],
    ["without an audience", () => ({ aud: undefined })],
    ["of nobody", () => ({ sub: undefined })],
    ["of an empty name", () => ({ sub: "" })],
    ["of a number", () => ({ sub: 1 })],
    ["of a list", () => ({ sub: ["ann"] })],
  ])("%s", async (_, more: () => Record<string, unknown>) => {
    expect(await user(await sign(ec, claims(more())))).toBeNull();
  });

  test.each([
    ["a role that is none", { "https://example.com/role": "root" }],
    ["no role", { "https://example.com/role": undefined }],
    ["the role under its own name only", { "https://example.com/role": undefined, role: "admin" }],
    ["a text instead of a list", { groups: "a" }],
    ["a fraction", { level: 1.5 }],
    ["a list where a text should be", { "org-id": ["o1"] }],
  ])("whose claims are not those of the config, which the log tells without values: %s", async (_, more) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    try {
      const token = await sign(ec, claims({ ...more, sub: "secret-sub" }));
      expect(await user(token)).toBeNull();
      const text = logged.mock.calls.flat().join("\n");
      expect(text).toContain("do not fit the config");
      expect(text).not.toContain("secret-sub");
      for (const part of token.split(".")) expect(text).not.toContain(part);
    } finally {
      logged.mockRestore();
    }
  });

  test("signed by another key of the same name, or changed after signing", async () => {
    expect(await user(await sign(stranger))).toBeNull();
    const [header = "", , signature = ""] = (await sign(rsa)).split(".");
    const forged = assemble({}, claims({ "https://example.com/role": "admin" })).split(".")[1];
    expect(await user(`${header}.${forged}.${signature}`)).toBeNull();
    expect(await user(`${header}.${forged}.`)).toBeNull();
  });

  test("that is not signed: alg none in all its spellings", async () => {
    for (const alg of ["none", "None", "NONE", "nOnE", "", null, undefined, 0, ["none"]]) {
      for (const signature of ["", "x"]) {
        expect(await user(assemble({ alg, typ: "JWT", kid: rsa.kid }, claims(), signature))).toBeNull();
      }
    }
  });

  test("signed by HS256 with what everybody knows: the public key (key confusion)", async () => {
    const pem = await exportSPKI(rsa.publicKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(rsa.jwk), rsa.jwk.n ?? ""]) {
      for (const alg of ["HS256", "HS384", "HS512"]) {
        const token = await new SignJWT(claims())
          .setProtectedHeader({ alg, kid: rsa.kid })
          .sign(new TextEncoder().encode(secret.padEnd(64, "=")));
        expect(await user(token)).toBeNull();
      }
    }
  });

  test("with an algorithm that is not listed, or not that of its key", async () => {
    const rsa512 = await keyPair("RS512", "rsa-512");
    const pss = await keyPair("PS256", "pss");
    await publish([rsa.jwk, ec.jwk, ed.jwk, rsa512.jwk, pss.jwk]);
    expect(await user(await sign(rsa512))).toBeNull();
    expect(await user(await sign(pss))).toBeNull();
    for (const alg of ["RS256", "ES256"]) {
      const token = await sign({ ...(alg === "RS256" ? rsa : ec), kid: ed.kid });
      expect(await user(token)).toBeNull();
    }
  });

  test("that brings its own key, or says where to find one", async () => {
    const { jwk } = stranger;
    for (const header of [
      { jwk },
      { jwk, kid: "unheard-of" },
      { jku: "https://evil.test/jwks.json" },
      { jku: "https://issuer.test/jwks.json" },
      { x5u: "https://evil.test/cert.pem" },
      { x5c: ["MIIB"] },
    ]) {
      expect(await user(await sign(stranger, claims(), header))).toBeNull();
    }
  });

  test("whose kid is a path, a statement or no text", async () => {
    for (const kid of [
      "../../etc/passwd",
      "/dev/null",
      "' OR 1=1 --",
      "__proto__",
      "constructor",
      "",
      "x".repeat(5000),
    ]) {
      expect(await user(await sign(stranger, claims(), { kid }))).toBeNull();
    }
    for (const kid of [null, 0, ["rsa-1"], { toString: "rsa-1" }]) {
      expect(await user(assemble({ alg: "RS256", kid }, claims(), new Uint8Array(256)))).toBeNull();
    }
  });

  test("that has extensions which must be understood, or a payload that is not encoded", async () => {
    const [, payload = "", signature = ""] = (await sign(ec)).split(".");
    for (const header of [
      { crit: ["x"], x: 1 },
      { crit: ["b64"], b64: false },
      { crit: [] },
      { b64: false },
    ]) {
      const head = assemble({ alg: "ES256", kid: ec.kid, ...header }, {}).split(".")[0];
      expect(await user(`${head}.${payload}.${signature}`)).toBeNull();
    }
  });

  test("made for another use: ending sessions, proving a key, an id of verification", async () => {
    for (const typ of ["logout+jwt", "dpop+jwt", "secevent+jwt", "JWE", "", 1]) {
      expect(await user(await sign(ec, claims(), { typ }))).toBeNull();
    }
  });

  test("of garbage", async () => {
    const good = await sign(ec);
    for (const token of [
      ".",
      "..",
      "...",
      "a.b.c",
      `${good}.`,
      `${good}.x`,
      `${good}=`,
      good.slice(0, -10),
      good.replaceAll(".", ".."),
      `.${good}`,
      assemble("text", "text", "x"),
      assemble(null, null, "x"),
      assemble([], [], "x"),
      assemble({ alg: "ES256", kid: ec.kid }, "text", new Uint8Array(64)),
      `${"A".repeat(20_000)}.${"A".repeat(20_000)}.A`,
    ]) {
      expect(await user(token)).toBeNull();
    }
    for (const header of [
      "Bearer",
      "Bearer ",
      `Basic ${good}`,
      `Token ${good}`,
      good,
      `Bearer ${good} x`,
      `Bearer,${good}`,
    ]) {
      expect((await call("/me", header)).json).toEqual({ user: null });
    }
  });

  test("of more than 16 kB, however well signed", async () => {
    const fits = await sign(ec, claims({ pad: "x".repeat(10_000) }));
    expect(await user(fits)).toEqual(ann);
    expect(await user(await sign(ec, claims({ pad: "x".repeat(14_000) })))).toBeNull();
  });

  test("in another place than the header", async () => {
    const token = await sign(ec);
    expect((await call(`/me?token=${token}&access_token=${token}`)).json).toEqual({ user: null });
    expect(
      (await call("/me", undefined, { Cookie: `token=${token}; __Host-session=${token}` })).json,
    ).toEqual({
      user: null,
    });
  });

  test("any more once it has expired", async () => {
    const token = await sign(ec, claims({ exp: now() + 5 }));
    expect(await user(token)).toEqual(ann);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 66_000 });
    try {
      expect(await user(token)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a shared secret", () => {
  const secret = "0123456789abcdef0123456789abcdef";
  const byName = (
    bindings: { readonly JWT_SECRET?: unknown },
    payload: JWTPayload,
    alg = "HS256",
    key = secret,
  ) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg })
      .sign(new TextEncoder().encode(key))
      .then((token) =>
        recognise(new Request("https://x.test", { headers: { Authorization: `Bearer ${token}` } }), bindings),
      );
  const recognise = jwtAuth<{ readonly JWT_SECRET?: unknown }, { id: string }>({
    keys: secretKey("JWT_SECRET", (bindings: { readonly JWT_SECRET?: unknown }) => bindings.JWT_SECRET),
    algorithms: ["HS256"],
    issuer,
    audience: "api",
    user: (_env, id) => ({ id }),
  });

  test("signs in, by HS256 alone", async () => {
    expect(await byName({ JWT_SECRET: secret }, claims())).toEqual({ id: "ann" });
    const long = secret.repeat(2);
    expect(await byName({ JWT_SECRET: long }, claims(), "HS384", long)).toBeNull();
    expect(await byName({ JWT_SECRET: long }, claims(), "HS512", long)).toBeNull();
    expect(await byName({ JWT_SECRET: secret }, claims(), "HS256", `${secret}!`)).toBeNull();
  });

  test("is read anew when it is changed", async () => {
    const next = secret.toUpperCase();
    expect(await byName({ JWT_SECRET: next }, claims(), "HS256", next)).toEqual({ id: "ann" });
    expect(await byName({ JWT_SECRET: next }, claims())).toBeNull();
    expect(await byName({ JWT_SECRET: secret }, claims())).toEqual({ id: "ann" });
  });

  test("that is missing or short is a fault, and lets nobody in", async () => {
    for (const wrong of [undefined, null, "", "short", secret.slice(1), 1]) {
      await expect(byName({ JWT_SECRET: wrong }, claims())).rejects.toThrow(
        "The secret JWT_SECRET is missing, or shorter than 32 bytes",
      );
    }
  });
});

/** The keys of an issuer: when they are fetched, and what if that fails. */
import { remoteKeys } from "covara/runtime/auth";
import { jwtVerify } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { claims, fetches, keyPair, type Pair, publish, sign } from "./sign.ts";

let first: Pair;
let second: Pair;
let host: string;
let verify: (pair: Pair) => Promise<string>;
let faults: ReturnType<typeof vi.spyOn>;
beforeAll(async () => {
  [first, second] = await Promise.all([keyPair("ES256", "first"), keyPair("ES256", "second")]);
});
beforeEach(async () => {
  host = `${crypto.randomUUID()}.test`;
  await publish([first.jwk], host);
  const keys = remoteKeys(`https://${host}/jwks.json`)({});
  verify = async (pair) => {
    try {
      await jwtVerify(await sign(pair, claims()), keys);
      return "good";
    } catch (error) {
      return error instanceof Error ? ((error as { code?: string }).code ?? error.message) : "";
    }
  };
  faults = vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  faults.mockRestore();
});

const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const unknown = "ERR_JWKS_NO_MATCHING_KEY";

test("they are fetched once, however many ask at the same time", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => verify(first)));
  expect(new Set(answers)).toEqual(new Set(["good"]));
  expect(await verify(first)).toBe("good");
  expect(await fetches(host)).toBe(1);
});

test("they are fetched again after ten minutes, and a key that is gone is gone", async () => {
  expect(await verify(first)).toBe("good");
  await publish([second.jwk], host);
  later(599_000);
  expect(await verify(first)).toBe("good");
  expect(await fetches(host)).toBe(1);
  later(2_000);
  expect(await verify(first)).toBe(unknown);
  expect(await verify(second)).toBe("good");
  expect(await fetches(host)).toBe(2);
});

describe("an unknown key", () => {
  test("is looked for at once where a minute has passed", async () => {
    expect(await verify(first)).toBe("good");
    await publish([first.jwk, second.jwk], host);
    later(61_000);
    expect(await Promise.all([verify(second), verify(second), verify(first)])).toEqual([
      "good",
      "good",
      "good",
    ]);
    expect(await fetches(host)).toBe(2);
  });

  test("makes for one fetch a minute at the most", async () => {
    expect(await verify(first)).toBe("good");
    for (let count = 0; count < 20; count++) expect(await verify(second)).toBe(unknown);
    expect(await fetches(host)).toBe(1);
    later(61_000);
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => verify(second))))).toEqual(
      new Set([unknown]),
    );
    expect(await fetches(host)).toBe(2);
    later(30_000);
    expect(await verify(second)).toBe(unknown);
    expect(await fetches(host)).toBe(2);
  });
});

describe("an issuer that does not answer as it should", () => {
  test.each([
    ["500", 500, "broken"],
    ["a page", 200, "<html>"],
    ["no keys", 200, "{}"],
    ["a list of something else", 200, '{"keys":[1]}'],
    ["another address, which is not followed", 302, ""],
  ])("%s: is a fault where there are no keys yet, and is asked again", async (_, status, body) => {
    await publish([], host, status, body);
    expect(await verify(first)).not.toBe("good");
    expect(await verify(first)).not.toBe("good");
    await publish([first.jwk], host);
    expect(await verify(first)).toBe("good");
  });

  test("does not keep good tokens out for a day, and is asked once a minute", async () => {
    expect(await verify(first)).toBe("good");
    await publish([], host, 503, "down");
    later(700_000);
    expect(await verify(first)).toBe("good");
    expect(await verify(first)).toBe("good");
    expect(await verify(second)).toBe(unknown);
    expect(await fetches(host)).toBe(2);
    expect(faults.mock.calls.flat().join()).toContain("answers 503 instead of keys");
    later(61_000);
    expect(await verify(second)).toBe(unknown);
    expect(await fetches(host)).toBe(3);
    later(86_400_000);
    expect(await verify(first)).toContain("answers 503");
  });
});

test("a private or a secret key among them is not used", async () => {
  const { jwk } = first;
  await publish([{ ...jwk, d: "AAAA" }], host);
  expect(await verify(first)).not.toBe("good");
  await publish([{ kty: "oct", k: "AAAA", kid: "first", alg: "ES256" }], host);
  later(601_000);
  expect(await verify(first)).toBe(unknown);
});

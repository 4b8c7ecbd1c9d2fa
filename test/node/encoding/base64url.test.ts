import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64url, toBase64url } from "../../../runtime/encoding/base64url.ts";

test("is what Node makes of any bytes, and leads back to them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      expect([...fromBase64url(text)]).toEqual([...bytes]);
    }),
  );
});

test("takes as many bytes as headers may have", () => {
  const bytes = new Uint8Array(1_000_000).fill(255);
  expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
});

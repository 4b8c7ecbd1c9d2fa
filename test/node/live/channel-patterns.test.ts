import * as fc from "fast-check";
import { expect, test } from "vitest";
import { literal, matcher, roomMatcher } from "../../../runtime/live/channel/patterns.ts";
import { channelOf, roomName, valuesOf } from "../../../runtime/live/channel/protocol.ts";

/** The same by a regular expression. */
function oracle(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\([\s\S]?)|([*?])|([\s\S])/gu, (_, escaped, wild, plain) => {
    if (wild === "*") return "[\\s\\S]*";
    if (wild === "?") return "[\\s\\S]";
    const text: string = plain ?? (escaped === "" ? "\\" : escaped);
    return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "u");
}

const text = (...characters: string[]) =>
  fc.array(fc.constantFrom(...characters), { maxLength: 8 }).map((all) => all.join(""));

test("a pattern matches what a regular expression says", () => {
  fc.assert(
    fc.property(
      text("a", "b", "*", "?", "\\", "👋"),
      text("a", "b", "*", "?", "\\", "👋"),
      (pattern, value) => {
        expect(matcher(pattern)(value)).toBe(oracle(pattern).test(value));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("many wildcards take no long time", () => {
  expect(matcher("*a".repeat(50))("a".repeat(20_000))).toBe(true);
  expect(matcher(`${"*a".repeat(50)}b`)("a".repeat(20_000))).toBe(false);
});

test("a pattern without wildcards stands for one text", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const escaped = value.replaceAll(/[*?\\]/g, "\\$&");
      expect(literal(escaped)).toBe(value);
      expect(matcher(escaped)(value)).toBe(true);
    }),
  );
  expect([literal("a*"), literal("?"), literal("\\")]).toEqual([null, null, "\\"]);
});

test("a room has one name, from which its parameters come back", () => {
  const values = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), { maxLength: 4 });
  fc.assert(
    fc.property(values, values, (one, other) => {
      const room = roomName("chat", one);
      expect(channelOf(room)).toBe("chat");
      expect(valuesOf(room)).toEqual(one);
      expect(roomMatcher(one.map((value) => value.replaceAll(/[*?\\]/g, "\\$&")))(valuesOf(room))).toBe(true);
      if (JSON.stringify(one) !== JSON.stringify(other)) expect(roomName("chat", other)).not.toBe(room);
    }),
  );
  expect(() => roomName("chat", ["x".repeat(1_024)])).toThrow(RangeError);
});

import { expect, test } from "vitest";
import { hubName } from "../../../runtime/live/hub-socket.ts";

test("names of hubs are short enough for objects, and those of short values are plain", () => {
  expect(hubName("todos", null)).toBe("todos/*");
  expect(hubName("todos", "*")).toBe("todos/=*");
  expect(hubName("todos", "")).toBe("todos/=");
  const long = "\u{1F600}".repeat(5_000);
  expect(new TextEncoder().encode(hubName("todos", long)).length).toBeLessThan(1_024);
  expect(new TextEncoder().encode(hubName("todos", long.slice(0, 200))).length).toBeLessThan(1_024);
  expect(hubName("todos", long)).toBe(hubName("todos", long));
  expect(hubName("todos", long)).not.toBe(hubName("todos", `${long}.`));
});

import { expect, test } from "vitest";
import * as z from "zod/mini";
import { readBody } from "../../../runtime/http/body.ts";
import { Problem } from "../../../runtime/http/problem.ts";

const anything = z.object({ value: z.unknown() });

/** What a body comes to: its value, or the place and the code of its error. */
async function read(body: string): Promise<unknown> {
  const headers = { "Content-Type": "application/json" };
  const request = new Request("https://api.example", { method: "POST", body, headers });
  try {
    return (await readBody(request, anything, 10_000)).value;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors?.map(({ field, code }) => `${field} ${code}`);
  }
}

test.each([
  ["1e999", "value"],
  ["-1E+400", "value"],
  ["1e0309", "value"],
  [`[0,{"x":1e999}]`, "value[1].x"],
  ["9".repeat(310), "value"],
  [`${"9".repeat(250)}.5e99`, "value"],
  [`0.${"9".repeat(5)}e310`, "value"],
])(
  "a number that doubles cannot hold is refused where any JSON is taken, not stored as null: %s",
  async (number, field) => {
    expect(await read(`{"value":${number}}`)).toEqual([`${field} invalid_number`]);
  },
);

test.each(["1e308", "-1.7976931348623157e308", "5e-324", "1e-999", "9".repeat(308), `"1e999"`])(
  "what doubles can hold is taken: %s",
  async (number) => {
    expect(await read(`{"value":${number}}`)).toEqual(JSON.parse(number));
  },
);

/** What the compiler takes as options of Better Auth. */
import type { BetterAuthSettings } from "covara/runtime/better-auth";
import { describe, expectTypeOf, test } from "vitest";

interface Address {
  readonly baseURL: string;
}

describe("options", () => {
  test("are those that an application chooses", () => {
    expectTypeOf<Address>().toExtend<BetterAuthSettings>();
    expectTypeOf<
      Address & {
        emailAndPassword: { enabled: true };
        session: { expiresIn: number };
        trustedOrigins: string[];
      }
    >().toExtend<BetterAuthSettings>();
    expectTypeOf<object>().not.toExtend<BetterAuthSettings>();
  });

  test("are none that follow from the config", () => {
    expectTypeOf<Address & { secret: string }>().not.toExtend<BetterAuthSettings>();
    expectTypeOf<Address & { basePath: string }>().not.toExtend<BetterAuthSettings>();
    expectTypeOf<Address & { database: D1Database }>().not.toExtend<BetterAuthSettings>();
    expectTypeOf<Address & { telemetry: { enabled: true } }>().not.toExtend<BetterAuthSettings>();
    expectTypeOf<
      Address & { session: { cookieCache: { enabled: true } } }
    >().not.toExtend<BetterAuthSettings>();
    expectTypeOf<
      Address & { user: { additionalFields: { role: { type: "string" } } } }
    >().not.toExtend<BetterAuthSettings>();
    expectTypeOf<
      Address & { advanced: { crossSubDomainCookies: { enabled: true } } }
    >().not.toExtend<BetterAuthSettings>();
  });
});

import { bearer, twoFactor } from "better-auth/plugins";
import { defineBetterAuth } from "covara/runtime/better-auth";
import type { Env } from "../../../.tmp/better/env.js";

export default defineBetterAuth((_: Env) => ({
  baseURL: "https://covara.test",
  emailAndPassword: { enabled: true },
  user: { deleteUser: { enabled: true } },
  plugins: [twoFactor(), bearer({ requireSignature: true })],
}));

import { bearer, genericOAuth, twoFactor } from "better-auth/plugins";
import { defineBetterAuth } from "covara/runtime/better-auth";
import type { Env } from "../../../.tmp/better/env.js";
import { kv } from "../../../.tmp/better/kv.js";

const login = "https://login.example.com";

export default defineBetterAuth((env: Env) => ({
  baseURL: "https://covara.test",
  emailAndPassword: {
    enabled: true,
    revokeSessionsOnPasswordReset: true,
    sendResetPassword: async ({ user, token }: { user: { email: string }; token: string }) => {
      await kv(env).outbox.set(user.email, token);
    },
  },
  user: { deleteUser: { enabled: true } },
  plugins: [
    twoFactor(),
    bearer({ requireSignature: true }),
    genericOAuth({
      config: [
        {
          providerId: "acme",
          clientId: "covara",
          clientSecret: "client-secret",
          authorizationUrl: `${login}/authorize`,
          tokenUrl: `${login}/token`,
          userInfoUrl: `${login}/userinfo`,
          scopes: ["email"],
          pkce: true,
        },
      ],
    }),
  ],
}));

import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env } from "../.tmp/tickets/env.js";
import type worker from "../.tmp/tickets/worker.js";

declare global {
  namespace Cloudflare {
    interface Env extends GeneratedEnv {
      TEST_MIGRATIONS: D1Migration[];
    }
    interface GlobalProps {
      mainModule: { default: typeof worker };
      durableNamespaces: "CovaraKVDurableObject" | "CovaraLiveDurableObject" | "CovaraChannelDurableObject";
    }
  }
}

type GeneratedEnv = Env;

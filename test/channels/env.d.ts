import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env } from "../.tmp/channels/env.js";
import type worker from "../.tmp/channels/worker.js";

declare global {
  namespace Cloudflare {
    interface Env extends GeneratedEnv {
      TEST_MIGRATIONS: D1Migration[];
    }
    interface GlobalProps {
      mainModule: { default: typeof worker };
      durableNamespaces: "CovaraKVDurableObject" | "CovaraChannelDurableObject";
    }
  }
}

type GeneratedEnv = Env;

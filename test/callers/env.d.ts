import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env } from "../.tmp/callers/env.js";
import type worker from "../.tmp/callers/worker.js";

declare global {
  namespace Cloudflare {
    interface Env extends GeneratedEnv {
      TEST_MIGRATIONS: D1Migration[];
    }
    interface GlobalProps {
      mainModule: { default: typeof worker };
      durableNamespaces: "CovaraKVDurableObject";
    }
  }
}

type GeneratedEnv = Env;

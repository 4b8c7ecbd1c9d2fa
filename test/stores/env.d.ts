import type { KVHost } from "covara/runtime/kv";

declare global {
  namespace Cloudflare {
    interface Env {
      COVARA_KV: DurableObjectNamespace<StoresObject>;
    }
  }
}

/** The emitted `CovaraKVDurableObject`. */
interface StoresObject extends Rpc.DurableObjectBranded {
  run: KVHost["run"];
}

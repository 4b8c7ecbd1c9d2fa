/** `kv-object.ts`: the Durable Object class that holds the stores. */
import { kvBinding, kvClass } from "../model/kv-names.ts";
import type { KVModel } from "../model/types.ts";
import { SourceFile } from "./source-file.ts";

export function emitKVObject(kv: KVModel): string {
  const file = new SourceFile([kvClass]);
  const base = file.use("cloudflare:workers", "DurableObject");
  const env = file.useType("./env.js", "Env");
  const host = file.use("covara/runtime/kv", "KVHost");
  const batch = file.useType("covara/runtime/kv", "Batch");
  const reply = file.useType("covara/runtime/kv", "BatchReply");
  const stores = file.use("./kv.js", "stores");
  // Only stores whose keys move have to reach other objects.
  const namespace = kv.stores.some((store) => store.reshardFrom !== null) ? `, this.env.${kvBinding}` : "";
  return file
    .section(
      "/** Holds the stores of `kv.ts`, in as many objects as they name. */",
      `export class ${kvClass} extends ${base}<${env}> {`,
      `  readonly #host = new ${host}(this.ctx, ${stores}${namespace});`,
      "",
      "  /** Runs the commands that a Worker sent together. */",
      `  run(batch: ${batch}): ${reply} {`,
      "    return this.#host.run(batch);",
      "  }",
      "",
      "  /** Says that the object runs. */",
      "  ping(): boolean {",
      "    return true;",
      "  }",
      "",
      "  /** Deletes what has expired. */",
      "  override alarm(): Promise<void> {",
      "    return this.#host.alarm();",
      "  }",
      "}",
    )
    .toString();
}

/** The name of one of the objects, to find out whether they run. */
export function anyObject({ stores }: KVModel): string {
  const [first] = stores.toSorted((a, b) => rank(a.shardBy, a.shards) - rank(b.shardBy, b.shards));
  if (first === undefined) return "main";
  return first.shards === null ? first.object : `${first.object}/${first.shards}/0`;
}

/** An object that is there anyway before one of many, and an object per tag, which may not exist, last. */
const rank = (shardBy: string | null, shards: number | null): number =>
  shardBy !== null ? 2 : shards !== null ? 1 : 0;

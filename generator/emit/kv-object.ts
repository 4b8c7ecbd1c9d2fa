/** `kv-object.ts`: the Durable Object class that holds the stores. */
import { kvBinding, kvClass } from "../model/kv-names.ts";
import type { KVModel } from "../model/types.ts";
import { SourceFile } from "./source-file.ts";

export function emitKVObject(kv: KVModel): string {
  const file = new SourceFile([kvClass]);
  const runtime = (name: string): string => file.useType("covara/runtime/kv", name);
  const base = file.use("cloudflare:workers", "DurableObject");
  const env = file.useType("./env.js", "Env");
  const stores = file.use("./kv.js", "stores");
  const [batch, reply] = [runtime("Batch"), runtime("BatchReply")];
  const moves = kv.stores.some((store) => store.movedFrom !== null);
  const host = file.use("covara/runtime/kv", moves ? "MovingKVHost" : "KVHost");
  // Only objects whose stores move have to reach others.
  const reach = moves ? `, this.env.${kvBinding}` : "";
  const handOver = moves
    ? [
        "  /** Gives another object what belongs there since the sharding changed. */",
        `  handOver(request: ${runtime("HandOver")}): ${runtime("HandOverReply")} {`,
        "    return this.#host.handOver(request);",
        "  }",
        "",
      ]
    : [];
  return file
    .section(
      "/** Holds the stores of `kv.ts`, in as many objects as they name. */",
      `export class ${kvClass} extends ${base}<${env}> {`,
      `  readonly #host = new ${host}(this.ctx, ${stores}${reach});`,
      "",
      "  /** Runs the commands that a Worker sent together. */",
      `  run(batch: ${batch}): ${moves ? "" : `${reply} | `}Promise<${reply}> {`,
      "    return this.#host.run(batch);",
      "  }",
      "",
      ...handOver,
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

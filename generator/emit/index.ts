/** Every kind of output, as a table of pure functions from the model to text. */
import path from "node:path";
import type { Model } from "../model/types.ts";
import { emitAccess } from "./access.ts";
import { emitApp, emitWorker } from "./app.ts";
import { emitAuth } from "./auth.ts";
import { emitChannelObject } from "./channel-object.ts";
import { emitChannelRoutes } from "./channel-routes.ts";
import { channelsOf, emitChannels, hasChannelRoutes } from "./channels.ts";
import { emitClient } from "./client.ts";
import { emitComputed } from "./computed.ts";
import { emitDb } from "./db.ts";
import { emitEnv } from "./env.ts";
import { emitHooks } from "./hooks.ts";
import { emitJson } from "./json.ts";
import { emitKV } from "./kv.ts";
import { emitKVObject } from "./kv-object.ts";
import { emitLive } from "./live.ts";
import { emitLiveObject } from "./live-object.ts";
import { emitOpenApi } from "./openapi/index.ts";
import { emitProcedures } from "./procedures.ts";
import { emitReact } from "./react.ts";
import { emitRelations } from "./relations.ts";
import { emitResource } from "./resource.ts";
import { emitRoutes } from "./routes.ts";
import { emitRows } from "./rows.ts";
import { hasRoutes } from "./rule.ts";
import { emitSchemas } from "./schemas.ts";
import { emitTables } from "./tables.ts";
import { emitTickets } from "./tickets.ts";
import { emitTypes } from "./types.ts";
import { emitWrangler } from "./wrangler.ts";

/** What emission depends on besides the model. */
export interface Surroundings {
  /** `wrangler.toml` as it is on disk, whose ids are kept, or null. */
  readonly wranglerToml: string | null;
  /** From the output folder to the folder of the config, with `/` separators; default `..`. */
  readonly configFolder?: string;
  /** How often the kept messages of a channel were given up, by its key; absent where they never were. */
  readonly generations?: ReadonlyMap<string, number>;
}

/** Emits the application: path relative to the output folder → text. Migrations and manifest are not part of it. */
export function emit(model: Model, surroundings: Surroundings): Map<string, string> {
  const userModule = (file: string): string =>
    path.posix.join(surroundings.configFolder ?? "..", file).replace(/\.(m?)tsx?$/, ".$1js");
  const json = emitJson(model);
  const rows = emitRows(model);
  const db = emitDb(model);
  const procedures = emitProcedures(model);
  const computed = emitComputed(model);
  const hooks = emitHooks(model);
  const relations = emitRelations(model);
  const openapi = emitOpenApi(model);
  const auth = emitAuth(model, userModule);
  const tickets = emitTickets(model, userModule);
  const channels = emitChannels(model);
  return new Map([
    ["types.ts", emitTypes(model)],
    ...(rows === null ? [] : [["rows.ts", rows] as const]),
    ...(hooks === null ? [] : [["hooks.ts", hooks] as const]),
    ...(computed === null ? [] : [["computed.ts", computed] as const]),
    ...(procedures === null ? [] : [["procedures.ts", procedures] as const]),
    ["env.ts", emitEnv(model)],
    ["schemas.ts", emitSchemas(model)],
    ...(json === null ? [] : [["json.ts", json] as const]),
    ["tables.ts", emitTables(model)],
    ["access.ts", emitAccess(model)],
    ...model.resources.map(
      (resource) => [`resources/${resource.file}.ts`, emitResource(model, resource, userModule)] as const,
    ),
    ...model.resources
      .filter(hasRoutes)
      .map((resource) => [`routes/${resource.file}.ts`, emitRoutes(model, resource, userModule)] as const),
    ...(db === null ? [] : [["db.ts", db] as const]),
    ...(relations === null ? [] : [["relations.ts", relations] as const]),
    ...(openapi === null ? [] : [["openapi.json", openapi] as const]),
    ...(auth === null ? [] : [["auth.ts", auth] as const]),
    ...(tickets === null ? [] : [["tickets.ts", tickets] as const]),
    ["app.ts", emitApp(model, userModule)],
    ["worker.ts", emitWorker(model)],
    ...(model.kv === null
      ? []
      : ([
          ["kv.ts", emitKV(model, model.kv, userModule)],
          ["kv-object.ts", emitKVObject(model.kv)],
        ] as const)),
    ...(channels === null ? [] : [["channels.ts", channels] as const]),
    ...channelsOf(model)
      .filter(hasChannelRoutes)
      .map(
        (channel) =>
          [`channels/${channel.segment}.ts`, emitChannelRoutes(model, channel, userModule)] as const,
      ),
    ...(model.channels === null
      ? []
      : [
          [
            "channel-object.ts",
            emitChannelObject(model.channels, surroundings.generations ?? new Map()),
          ] as const,
        ]),
    ...(model.live === null
      ? []
      : ([
          ["live.ts", emitLive(model, model.live, userModule)],
          ["live-object.ts", emitLiveObject(model, model.live)],
        ] as const)),
    ["client.ts", emitClient(model)],
    ...(model.react ? emitReact(model) : []),
    ["wrangler.toml", emitWrangler(model, surroundings.wranglerToml)],
  ]);
}

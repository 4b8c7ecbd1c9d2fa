/** Builds the model: runs the passes in order, collects every problem, and decides every derived name. */
import type { ConfigData } from "../../schema/data.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { buildAccess, evaluateAccess } from "./access.ts";
import { accessScopes } from "./access-scopes.ts";
import { buildAuth } from "./auth.ts";
import { checkBetterAuth } from "./auth-better.ts";
import { authWays } from "./auth-ways.ts";
import { buildChannels } from "./channels.ts";
import { buildClients } from "./clients.ts";
import { buildComputed, computedNames } from "./computed.ts";
import { configShape } from "./config-shape.ts";
import { checkCycles } from "./cycles.ts";
import { buildFields, checkSettable } from "./fields.ts";
import { buildHooks } from "./hooks.ts";
import { buildIndexes } from "./indexes.ts";
import { checkJoins } from "./joins.ts";
import { buildJsonTypes } from "./json-types.ts";
import { buildKV } from "./kv.ts";
import { buildLive } from "./live.ts";
import { buildPartition } from "./live-partition.ts";
import type { NamedFiles } from "./modules.ts";
import { nameResources } from "./names.ts";
import { buildOpenApi } from "./openapi.ts";
import { buildOperators } from "./operators.ts";
import { buildSettings, pageLimits, writeOptions } from "./options.ts";
import { checkParameters } from "./parameters.ts";
import { buildProcedures, emittedNames } from "./procedures.ts";
import { buildRateLimits } from "./rate-limits.ts";
import { buildRelations } from "./relations.ts";
import { Report } from "./report.ts";
import { buildRoutes } from "./routes.ts";
import { buildSearch, checkSearch } from "./search.ts";
import { invalid } from "./shape.ts";
import { buildDeletedAt } from "./soft-delete.ts";
import type { Model, ResourceModel } from "./types.ts";

export type { NamedFiles } from "./modules.ts";

/** What {@link buildModel} returns. `model` is null if any diagnostic is an error. */
export interface ModelResult {
  readonly model: Model | null;
  /** All problems of the config, in the order of the passes. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks the config and derives the model from it. Never throws for a config, whatever it holds.
 *
 * @param files Answers questions about files that the config names, by paths relative to its folder.
 */
export function buildModel(config: ConfigData, files: NamedFiles): ModelResult {
  const report = new Report();
  const checked = configShape(config, [], report);
  const model = checked === invalid ? null : passes(checked, files, report);
  return { model: report.failed ? null : model, diagnostics: report.diagnostics };
}

function passes(config: ConfigData, files: NamedFiles, report: Report): Model {
  const settings = buildSettings(config, report);
  const names = nameResources(config, report);
  const tables = new Map(names.map((name) => [name.key, name]));
  const hooks = new Map(
    names.map(({ key }) => [key, buildHooks(key, config.resources[key] ?? { fields: {} }, files, report)]),
  );
  const declared = new Map(names.map(({ key }) => [key, buildFields(key, config, tables, report)]));
  const marks = new Map(
    names.map(({ key }) => [key, buildDeletedAt(key, declared.get(key) ?? [], config, report)]),
  );
  const fields = new Map(
    [...declared].map(([key, own]) => {
      const deletedAt = marks.get(key) ?? null;
      return [key, deletedAt === null ? own : [...own, deletedAt]];
    }),
  );
  const auth = buildAuth(
    config,
    names.map((name) => ({
      ...name,
      fields: declared.get(name.key) ?? [],
      deletedAt: marks.get(name.key) ?? null,
    })),
    files,
    report,
  );
  const taken = new Set(names.map((name) => name.table.toLowerCase()));
  const emitted = emittedNames(names);
  const relations = new Map(names.map(({ key }) => [key, buildRelations(key, config, fields, report)]));
  const rules = new Map(names.map(({ key }) => [key, evaluateAccess(config, key, report)]));
  const scopes = accessScopes(
    names.map(({ key }) => ({
      key,
      fields: declared.get(key) ?? [],
      computed: computedNames(config, key),
      softDelete: (marks.get(key) ?? null) !== null,
      live: (config.resources[key]?.live ?? false) !== false,
      auth,
      relations: relations.get(key) ?? [],
      stated: rules.get(key) ?? null,
    })),
  );
  const resources = names.flatMap((name): ResourceModel[] => {
    const scope = scopes.get(name.key);
    if (scope === undefined) return [];
    const own = declared.get(name.key) ?? [];
    const deletedAt = marks.get(name.key) ?? null;
    const resource = config.resources[name.key] ?? { fields: {} };
    const stated = rules.get(name.key) ?? null;
    const access = buildAccess(stated, scope, report);
    const isRead = access.read.type !== "nobody";
    const asked = { ...scope, names: name, resource, stated: stated?.procedures, isRead, taken: emitted };
    const built: ResourceModel = {
      ...name,
      fields: fields.get(name.key) ?? [],
      computed: buildComputed(name.key, config, own, files, report),
      deletedAt,
      relations: relations.get(name.key) ?? [],
      indexes: buildIndexes(name, own, deletedAt, config, taken, report),
      search: buildSearch(name, own, config, report),
      access,
      live: buildPartition(name.key, resource, own, access.subscribe, report),
      hooks: hooks.get(name.key) ?? null,
      procedures: buildProcedures(asked, files, report),
      ...pageLimits(name.key, resource, report),
      ...writeOptions(name.key, resource, report),
      rateLimits: buildRateLimits(name.key, resource, report),
    };
    return [built];
  });
  const jsonTypes = buildJsonTypes(config, names, report);
  checkCycles(resources, report);
  checkJoins(resources, report);
  for (const resource of resources) checkParameters(resource, report);
  for (const resource of resources) checkSearch(resource, report);
  for (const resource of resources) checkSettable(resource, report);
  const better = authWays(config).find(({ data }) => data.type === "betterAuth");
  if (better !== undefined) checkBetterAuth({ auth, resources }, better.path, report);
  const kv = buildKV(config, files, report);
  const routes = buildRoutes(config, files, report);
  return {
    ...settings,
    auth,
    resources,
    jsonTypes,
    kv,
    channels: buildChannels(
      config,
      {
        auth,
        routes: new Map(names.map(({ key, route }) => [route.split("/", 1)[0] ?? "", key])),
        taken: new Set([...emitted, ...jsonTypes.map(({ name }) => name)]),
      },
      report,
    ),
    routes,
    operators: buildOperators(config, files, report),
    live: buildLive(config, resources, report),
    openapi: buildOpenApi(config, report),
    ...buildClients(config, report),
  };
}

/** The pass over `live`: whose changes are streamed, and the tables whose changes decide over that. */
import type { ConfigData } from "../../schema/data.ts";
import { fieldsOfCondition } from "./condition-terms.ts";
import { liveBinding, liveClass } from "./live-names.ts";
import type { Report } from "./report.ts";
import { isNever, type Residue, residues } from "./residue.ts";
import type { AccessModel, LiveModel, LoggedTableModel, ResourceModel, Rule } from "./types.ts";

const DEFAULT_RETENTION = 10_000;

/** The log is pruned every hundred changes. */
const MIN_RETENTION = 100;

/** Images of rows take a few kilobytes, and a database 10 GB. */
const MAX_RETENTION = 1_000_000;

/** Each relation on the way is one more table that streams have to follow row by row. */
const MAX_DEPTH = 5;

/** Whether the config makes any resource live. */
export const hasLive = ({ resources }: Pick<ConfigData, "resources">): boolean =>
  Object.values(resources).some(({ live }) => live !== undefined && live !== false);

/** Whose changes are streamed: rows that may be read, and to which the stated rule applies if there is one. */
export const subscribeRule = (read: Rule, stated: Rule | null): Rule =>
  stated === null ? read : { type: "all", rules: [read, stated] };

/** Reports a live resource that nobody could subscribe to. */
export function checkSubscribe(key: string, { subscribe }: AccessModel, report: Report): void {
  if (!isNever(subscribe)) return;
  report.error("COV1901", ["resources", key, "live"], `\`${key}\` is live, and nobody may subscribe to it.`);
}

/** The change log; null where nothing is live. */
export function buildLive(
  config: ConfigData,
  resources: readonly ResourceModel[],
  report: Report,
): LiveModel | null {
  const retention = config.live?.retention ?? DEFAULT_RETENTION;
  if (!Number.isSafeInteger(retention) || retention < MIN_RETENTION || retention > MAX_RETENTION) {
    const fix = `Give a whole number from ${MIN_RETENTION} to ${MAX_RETENTION}.`;
    report.error("COV1503", ["live", "retention"], `The retention of \`live\` is ${retention}.`, { fix });
  }
  if (!hasLive(config)) {
    if (config.live !== undefined) {
      const fix = "Write `live: true` in a resource, or remove the setting.";
      report.error("COV1503", ["live"], "`live` has settings, but no resource is live.", { fix });
    }
    return null;
  }
  const log = new Log(resources);
  for (const resource of resources) {
    if (resource.live !== null && log.add(resource) > MAX_DEPTH) {
      const message = `What subscribers of \`${resource.key}\` may see depends on rows more than ${MAX_DEPTH} relations away.`;
      report.error("COV1903", ["resources", resource.key, "live"], message);
    }
  }
  return { binding: liveBinding, className: liveClass, retention, tables: log.tables() };
}

interface Reach {
  readonly resource: string;
  readonly field: string;
  readonly key: string;
  readonly when: Set<string>;
}

interface Draft {
  whole: boolean;
  readonly needed: Set<string>;
  readonly streams: Map<string, readonly string[] | null>;
  readonly reaches: Map<string, Reach>;
}

class Log {
  readonly #resources: readonly ResourceModel[];
  readonly #drafts = new Map<string, Draft>();

  constructor(resources: readonly ResourceModel[]) {
    this.#resources = resources;
  }

  /**
   * Follows the rule of a live resource, as it is for each kind of caller: what never holds for anybody is not looked at.
   *
   * @returns how many relations the longest way has.
   */
  add({ key, live, access }: ResourceModel): number {
    const own = this.#draft(key);
    own.whole = true;
    // Where the table is on the way of its own rule, all have to hear of it.
    if (!own.streams.has(key)) own.streams.set(key, live?.partition ?? []);
    for (const name of live?.partition ?? []) own.needed.add(name);
    const looks = residues(access.subscribe).map((residue) => this.#look(key, key, residue));
    for (const name of looks.flatMap(({ fields }) => fields)) own.needed.add(name);
    return Math.max(...looks.map(({ depth }) => depth));
  }

  tables(): LoggedTableModel[] {
    return this.#resources.flatMap(({ key, fields }): LoggedTableModel[] => {
      const draft = this.#drafts.get(key);
      if (draft === undefined) return [];
      const { whole, needed, streams, reaches } = draft;
      const visible = fields.filter(({ name, hidden }) => !hidden && (whole || needed.has(name)));
      const hidden = fields.filter((field) => field.hidden && needed.has(field.name));
      const inOrder = (names: ReadonlySet<string>) =>
        [...visible, ...hidden].map(({ name }) => name).filter((name) => names.has(name));
      return [
        {
          resource: key,
          whole,
          fields: [...visible, ...hidden].map(({ name }) => name),
          needed: inOrder(needed),
          streams: [...streams].map(([resource, by]) => ({ resource, by })),
          reaches: [...reaches.values()].map((reach) => ({ ...reach, when: inOrder(reach.when) })),
        },
      ];
    });
  }

  /** The fields of a row that a rule looks at, and how many relations it follows. */
  #look(
    stream: string,
    key: string,
    residue: Residue,
  ): { readonly fields: string[]; readonly depth: number } {
    if (typeof residue === "boolean") return { fields: [], depth: 0 };
    switch (residue.type) {
      case "owner":
        return { fields: [residue.field], depth: 0 };
      case "notDeleted": {
        const { deletedAt } = this.#resource(key);
        return { fields: deletedAt === null ? [] : [deletedAt.name], depth: 0 };
      }
      case "where":
        return { fields: fieldsOfCondition(residue.condition), depth: 0 };
      case "through":
        return this.#follow(stream, key, residue);
      default: {
        const parts = residue.rules.map((part) => this.#look(stream, key, part));
        return {
          fields: parts.flatMap(({ fields }) => fields),
          depth: Math.max(0, ...parts.map(({ depth }) => depth)),
        };
      }
    }
  }

  #follow(
    stream: string,
    outer: string,
    { relation, rule }: Extract<Residue, { type: "through" }>,
  ): { readonly fields: string[]; readonly depth: number } {
    const { target } = relation;
    switch (relation.type) {
      case "belongsTo": {
        const { fields, depth } = this.#look(stream, target, rule);
        this.#reach(stream, target, { resource: outer, field: relation.field, key: "id" }, fields);
        return { fields: [relation.field], depth: depth + 1 };
      }
      case "hasOne":
      case "hasMany": {
        const { fields, depth } = this.#look(stream, target, rule);
        this.#reach(stream, target, { resource: outer, field: "id", key: relation.by }, fields);
        return { fields: ["id"], depth: depth + 1 };
      }
      case "manyToMany": {
        const { through, by, to } = relation;
        const mark = this.#resource(through).deletedAt;
        const joined = [to, ...(mark === null ? [] : [mark.name])];
        this.#reach(stream, through, { resource: outer, field: "id", key: by }, joined);
        // The id of the other end stands in the joining row.
        if (typeof rule !== "boolean" && rule.type === "owner" && rule.field === "id") {
          return { fields: ["id"], depth: 1 };
        }
        const { fields, depth } = this.#look(stream, target, rule);
        this.#reach(stream, target, { resource: through, field: to, key: "id" }, fields);
        return { fields: ["id"], depth: depth + 1 };
      }
    }
  }

  #reach(stream: string, table: string, reach: Omit<Reach, "when">, fields: readonly string[]): void {
    const draft = this.#draft(table);
    draft.streams.set(stream, null);
    const name = JSON.stringify([reach.resource, reach.field, reach.key]);
    const known = draft.reaches.get(name) ?? { ...reach, when: new Set() };
    draft.reaches.set(name, known);
    for (const field of [reach.key, ...fields]) {
      known.when.add(field);
      draft.needed.add(field);
    }
  }

  #draft(key: string): Draft {
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    const fresh: Draft = { whole: false, needed: new Set(["id"]), streams: new Map(), reaches: new Map() };
    this.#drafts.set(key, fresh);
    return fresh;
  }

  #resource(key: string): ResourceModel {
    const resource = this.#resources.find((candidate) => candidate.key === key);
    if (resource === undefined) throw new Error(`There is no resource ${key}.`);
    return resource;
  }
}

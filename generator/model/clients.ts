/** The pass over `clients`: copies of the client for frontends in other packages. */
import type { ClientData, ConfigData, OwnClientData } from "../../schema/data.ts";
import { quote, type Report, suggest } from "./report.ts";
import type { ClientCopyModel, Model } from "./types.ts";

/** What the config asks for beside the client in the output folder, and its copies. */
export function buildClients(config: ConfigData, report: Report): Pick<Model, "react" | "clients"> {
  const { clients = [] } = config;
  const all: readonly (OwnClientData | ClientData)[] = isList(clients) ? clients : [clients];
  const own = all.flatMap((client, index) => (isOwn(client) ? [{ client, index }] : []));
  for (const { index } of own.slice(1)) {
    const message = "Two entries without `out` are of the same client, that in the output folder.";
    report.error("COV1503", ["clients", index], message, { fix: "Make them one, or give one an `out`." });
  }
  return {
    react: own.some(({ client }) => client.react === true),
    clients: buildCopies(all, Object.keys(config.resources), report),
  };
}

/** What says nothing may be a copy that is not right. */
const isOwn = (client: OwnClientData | ClientData): boolean => "react" in client && !("out" in client);

/** An array that cannot be written to is no array to TypeScript. */
const isList = (
  clients: NonNullable<ConfigData["clients"]>,
): clients is readonly (OwnClientData | ClientData)[] => Array.isArray(clients);

function buildCopies(
  all: readonly (OwnClientData | ClientData)[],
  keys: readonly string[],
  report: Report,
): readonly ClientCopyModel[] {
  const folders = new Map<string, number>();
  return all.flatMap((client, index) => {
    if (!("out" in client)) return [];
    const folder = folderOf(client, index, report);
    const before = folders.get(folder);
    if (before !== undefined) {
      const message = `${quote(client.out)} is the folder of two clients.`;
      report.error("COV1503", ["clients", index, "out"], message, {
        text: client.out,
        fix: "Give each its own.",
      });
    }
    folders.set(folder, index);
    const resources = resourcesOf(client, index, keys, report);
    return [{ folder, resources, react: client.react ?? false, dates: client.dates ?? "string" }];
  });
}

/** Relative to the folder of the config, which it must neither be nor hold. */
function folderOf({ out }: ClientData, index: number, report: Report): string {
  const folder = normal(out);
  const isUsable = !/^\/|[\\:\0]/.test(out) && !/^(\.\.(\/|$))*$/.test(folder);
  if (!isUsable) {
    const fix = 'Name a folder of its own, relative to the config: `"../web/src/api"`.';
    report.error("COV1503", ["clients", index, "out"], `${quote(out)} cannot hold a client.`, {
      text: out,
      fix,
    });
  }
  return folder;
}

/** The path without `.`, without `..` behind a name, and without a slash at its end; the folder itself is empty. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** Keys of the resources that the copy has. */
function resourcesOf(
  { only, omit }: ClientData,
  index: number,
  keys: readonly string[],
  report: Report,
): readonly string[] {
  if (only !== undefined && omit !== undefined) {
    const message = "A client has either `only` or `omit`: both say which resources it has.";
    report.error("COV1503", ["clients", index, "omit"], message, { fix: "Remove one of them." });
  }
  for (const [option, named] of [
    ["only", only ?? []],
    ["omit", omit ?? []],
  ] as const) {
    named.forEach((key, position) => {
      if (keys.includes(key)) return;
      const at = ["clients", index, option, position];
      const message = `\`${option}\` names ${quote(key)}, which is not a resource.`;
      report.error("COV1202", at, message, { text: key, ...suggest(key, keys, "Resources") });
    });
  }
  return keys.filter((key) => (only?.includes(key) ?? true) && !(omit?.includes(key) ?? false));
}

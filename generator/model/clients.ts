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
    clients: buildCopies(all, config, report),
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
  config: ConfigData,
  report: Report,
): readonly ClientCopyModel[] {
  const resources = Object.keys(config.resources);
  const channels = Object.keys(config.channels ?? {});
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
    const has = partOf(client, index, [...resources, ...channels.map(channelName)], report);
    return [
      {
        folder,
        resources: resources.filter(has),
        channels: channels.filter((key) => has(channelName(key))),
        react: client.react ?? false,
        dates: client.dates ?? "string",
      },
    ];
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

/** What `only` and `omit` call a channel. */
const channelName = (key: string): string => `channels.${key}`;

/** Tells which of these names the copy has. */
function partOf(
  { only, omit }: ClientData,
  index: number,
  names: readonly string[],
  report: Report,
): (name: string) => boolean {
  if (only !== undefined && omit !== undefined) {
    const message = "A client has either `only` or `omit`: both say what it has.";
    report.error("COV1503", ["clients", index, "omit"], message, { fix: "Remove one of them." });
  }
  for (const [option, named] of [
    ["only", only ?? []],
    ["omit", omit ?? []],
  ] as const) {
    named.forEach((key, position) => {
      if (names.includes(key)) return;
      const at = ["clients", index, option, position];
      const message = `\`${option}\` names ${quote(key)}, which is neither a resource nor a channel.`;
      report.error("COV1202", at, message, { text: key, ...suggest(key, names, "There are") });
    });
  }
  const [those, not]: readonly (readonly string[] | undefined)[] = [only, omit];
  return (name) => (those?.includes(name) ?? true) && !(not?.includes(name) ?? false);
}

/** `react-channels.ts`: the hooks of channels. */
import { channelNames } from "./channels.ts";
import { publishes } from "./client-channels.ts";
import { applied, functionHead } from "./client-layout.ts";
import type { ChannelReactNames } from "./react-names.ts";
import { type FileOptions, SourceFile } from "./source-file.ts";
import { list, property } from "./text.ts";

export function emitChannelHooks(all: readonly ChannelReactNames[], options: FileOptions): string {
  const file = new SourceFile(
    all.map(({ hook }) => hook),
    null,
    { ...options, directive: "use client" },
  );
  return file.add(...all.flatMap((names) => channelHook(file, names))).toString();
}

function channelHook(file: SourceFile, names: ChannelReactNames): string[] {
  const { channel, hook, live } = names;
  const params = file.useType("./types.js", channelNames(channel).paramsType);
  const settings = publishes(names)
    ? file.useType("covara/react", "RoomSettings")
    : file.useType("covara/client", "ChannelLiveOptions");
  const part = property(`${file.use("./react-client.js", "useClient")}().channels`, channel.key);
  const values = [part, "params", "options"];
  return [
    "",
    ...functionHead(
      [
        `A room of ${channel.key} that follows the server while the component is there, from its newest messages on.`,
        "It is closed while there are no params.",
      ],
      {
        name: hook,
        parameters: [
          { name: "params:", type: { sign: "|", types: [params, "null", "undefined"] } },
          `options?: ${settings}`,
        ],
        result: applied(file.useType("covara/react", "Live"), file.useType("./client.js", live)),
      },
    ),
    list(`  return ${file.use("covara/react", "useChannel")}`, "(", values, ")", ";"),
    "}",
  ];
}

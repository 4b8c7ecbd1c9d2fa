/** What the React code of each resource and channel is called. */
import { pascalCase } from "../model/casing.ts";
import type { Model, ProcedureModel } from "../model/types.ts";
import { nameAll } from "./client.ts";
import { type ChannelClientNames, nameChannels, subscribes } from "./client-channels.ts";
import type { Names } from "./client-names.ts";
import { callable } from "./rule.ts";

/** The names of one resource: in `react/todos.queries.ts`, and those of its hooks in `react/todos.ts`. */
export interface ReactNames extends Names {
  /** `todosKeys` */
  readonly keys: string;
  /** `todosQueries` and its type, `TodosQueries`. */
  readonly queries: string;
  readonly queriesType: string;
  /** `todosMutations` */
  readonly mutations: string;
  /** `useTodos`, of one page */
  readonly list: string;
  /** `useInfiniteTodos` */
  readonly infinite: string;
  /** `useTodo` */
  readonly detail: string;
  /** `useLiveTodos` */
  readonly live: string;
  /** `useCreateTodo` */
  readonly create: string;
  readonly update: string;
  readonly delete: string;
  readonly restore: string;
  /** `useTodoComplete` */
  readonly procedures: ReadonlyMap<ProcedureModel, string>;
}

/** The names of one channel, in `react-channels.ts`. */
export interface ChannelReactNames extends ChannelClientNames {
  /** `useChatChannel` */
  readonly hook: string;
}

/** What has names of its own; no two of them are the same. */
export interface AllReactNames {
  /** The resources that somebody can do something with. */
  readonly resources: readonly ReactNames[];
  /** The channels that somebody may listen to. */
  readonly channels: readonly ChannelReactNames[];
}

export function nameReact(model: Model): AllReactNames {
  const taken = new Set([
    "CovaraProvider",
    "useClient",
    "Client",
    ...model.resources.map(({ typeName }) => typeName),
  ]);
  const allot = (name: string): string => {
    let free = name;
    while (taken.has(free)) free += "_";
    taken.add(free);
    return free;
  };
  const resources = nameAll(model).map((names): ReactNames => {
    const { resource } = names;
    const { typeName, identifier } = resource;
    const many = pascalCase(resource.key);
    return {
      ...names,
      keys: allot(`${identifier}Keys`),
      queries: allot(`${identifier}Queries`),
      queriesType: allot(`${many}Queries`),
      mutations: allot(`${identifier}Mutations`),
      detail: allot(`use${typeName}`),
      // Of some words the plural is the word itself.
      list: allot(many === typeName ? `use${many}List` : `use${many}`),
      infinite: allot(`useInfinite${many}`),
      live: allot(`useLive${many}`),
      create: allot(`useCreate${typeName}`),
      update: allot(`useUpdate${typeName}`),
      delete: allot(`useDelete${typeName}`),
      restore: allot(`useRestore${typeName}`),
      procedures: new Map(
        callable(resource).map((procedure) => [procedure, allot(`use${procedure.typeName}`)] as const),
      ),
    };
  });
  const channels = nameChannels(model)
    .filter(subscribes)
    .map((names) => ({ ...names, hook: allot(`use${names.channel.typeName}`) }));
  return { resources, channels };
}

/** Tickets for streams: where there are any, and the store that they bring along. */
import type { ConfigData, StoreData } from "../../schema/data.ts";
import { authWays } from "./auth-ways.ts";
import { hasChannels } from "./channels.ts";
import { ticketStore } from "./kv-names.ts";
import { hasLive } from "./live.ts";
import type { Model } from "./types.ts";

/** Tickets are made once for each stream, and gone a minute later. */
const SHARDS = 4;

/** The store of tickets, where callers are known and there is something to listen to. */
export function ticketStores(config: ConfigData): { readonly key: string; readonly data: StoreData }[] {
  if (authWays(config).length === 0 || !(hasLive(config) || hasChannels(config))) return [];
  return [{ key: ticketStore, data: { type: "string", ttl: "60s", shards: SHARDS } }];
}

/** Whether callers can get tickets. */
export const hasTickets = ({ auth, live, channels }: Pick<Model, "auth" | "live" | "channels">): boolean =>
  auth !== null && (live !== null || channels !== null);

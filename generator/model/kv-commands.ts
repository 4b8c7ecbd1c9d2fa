/** The commands of each structure. Redis's names, which functions of the user's cannot have as well. */
import type { StoreType } from "../../schema/data.ts";

const generic =
  "del exists expire pexpire expireat pexpireat persist ttl pttl expiretime rename renamenx copy touch keys scan";

const own: Readonly<Record<Exclude<StoreType, "session" | "rateLimit">, string>> = {
  string: "get set setnx getdel getex getset mget mset msetnx append strlen getrange setrange",
  counter: "get set incr incrby incrbyfloat decr decrby getdel getex",
  hash: "hset hsetnx hget hmget hgetall hdel hexists hkeys hvals hlen hstrlen hincrby hincrbyfloat hrandfield hscan",
  set:
    "sadd srem sismember smismember smembers scard spop srandmember smove sinter sunion sdiff sintercard sinterstore " +
    "sunionstore sdiffstore sscan",
  list: "lpush rpush lpushx rpushx lpop rpop lrange llen lindex lset linsert lrem ltrim lpos lmove",
  sortedSet:
    "zadd zrem zscore zmscore zincrby zcard zcount zlexcount zrank zrevrank zrange zrangestore zrandmember zpopmin " +
    "zpopmax zremrangebyrank zremrangebyscore zremrangebylex zunion zinter zdiff zunionstore zinterstore zdiffstore zscan",
};

/** Types of stores that have Redis's commands. */
export type CommandType = keyof typeof own;

/** The commands of a type of store. */
export const commandsOf = (type: CommandType): readonly string[] => `${generic} ${own[type]}`.split(" ");

/** What stores have besides: the way to their object, the codecs of their values, and what would make promises of them. */
export const otherMembers: readonly string[] = ["sender", "encode", "decode", "then"];

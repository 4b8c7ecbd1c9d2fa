/** The commands of each structure. Redis's names, which functions of the user's cannot have as well. */
import type { StoreType } from "../../schema/data.ts";

const generic =
  "del exists expire pexpire expireat pexpireat persist ttl pttl expiretime pexpiretime rename renamenx copy touch keys scan";

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

/** Whether a store of the type has a command, or a property that promises need, of this name. */
export function isCommand(type: keyof typeof own, name: string): boolean {
  return name === "then" || `${generic} ${own[type]}`.split(" ").includes(name);
}

import { fails, type Suite } from "./case.ts";

const most = 2 ** 53 - 1;

export const counterSuite: Suite = {
  structure: "counter",
  same: {
    "6.2 incr decr: count from 0, and keep the expiry": [
      ["incr", ["a"], 1],
      ["expire", ["a", 10], true],
      ["incrby", ["a", 41], 42],
      ["decr", ["a"], 41],
      ["decrby", ["a", 50], -9],
      ["decrby", ["a", -9], 0],
      ["ttl", ["a"], 10],
      ["get", ["a"], 0],
      10_000,
      ["incr", ["a"], 1],
      ["ttl", ["a"], -1],
    ],
    "6.3 incrby: whole numbers only": [
      ["incrby", ["a", 1.5], fails()],
      ["exists", ["a"], false],
      ["set", ["a", 1.5], true],
      ["incr", ["a"], fails("NOT_AN_INTEGER")],
      ["get", ["a"], 1.5],
      ["incrbyfloat", ["a", 1.5], 3],
      ["incr", ["a"], 4],
    ],
    "6.3 incrbyfloat: the examples of Redis's documentation": [
      ["set", ["a", 10.5], true],
      ["incrbyfloat", ["a", 0.1], 10.6],
      ["incrbyfloat", ["a", -5], 5.6],
      ["set", ["a", 5000], true],
      ["incrbyfloat", ["a", 200], 5200],
    ],
    "6.2 set get getdel getex": [
      ["set", ["a", 1, { get: true }], null],
      ["set", ["a", 2, { get: true, nx: true }], 1],
      ["getex", ["a", { px: 5 }], 1],
      ["pttl", ["a"], 5],
      ["getdel", ["a"], 1],
      ["getdel", ["a"], null],
      ["get", ["a"], null],
    ],
    "6.3 set: -0 is 0": [
      ["set", ["a", -0], true],
      ["get", ["a"], 0],
      ["decrby", ["a", 0], 0],
      ["incrbyfloat", ["a", -0], 0],
    ],
  },
  ours: {
    "6.3 incr: refuses to leave ±(2^53 − 1)": [
      ["set", ["a", most], true],
      ["incr", ["a"], fails("NOT_AN_INTEGER")],
      ["get", ["a"], most],
      ["incrby", ["a", -most], 0],
      ["decrby", ["a", most], -most],
      ["decr", ["a"], fails("NOT_AN_INTEGER")],
      ["incrby", ["a", 2 ** 53], fails()],
    ],
    "6.3 incrbyfloat: IEEE doubles": [
      ["incrbyfloat", ["a", 0.1], 0.1],
      ["incrbyfloat", ["a", 0.2], 0.1 + 0.2],
      ["set", ["a", 1e308], true],
      ["incrbyfloat", ["a", 1e308], fails("NOT_A_FLOAT")],
      ["get", ["a"], 1e308],
    ],
    "6.3 set: numbers only, and finite ones": [
      ["set", ["a", Number.NaN], fails()],
      ["set", ["a", Number.POSITIVE_INFINITY], fails()],
      ["set", ["a", "1"], fails()],
      ["incrbyfloat", ["a", Number.NaN], fails()],
      ["exists", ["a"], false],
    ],
  },
};

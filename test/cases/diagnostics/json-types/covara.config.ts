import { custom, d1, defineConfig, field, kv } from "covara";
import type { FieldError } from "covara/client";
import type { Gone } from "./gone.ts";
import type { Meta as OtherMeta } from "./other.ts";
import type { Circle, Level, Limits, Missing, Page, Point, Todo } from "./shapes.ts";

interface Meta {
  tags: string[];
  at: Date;
  size?: number;
}

interface Box<T> {
  content: T;
}

interface Colour {
  constructor: string;
  mix(other: string): string;
  hue: undefined;
}

type Optional = string | null;
type Endless = Endless | Endless[];

/** Its callers say what T is, so the type at its own call says nothing. */
const list = <T>() => field.json<T[]>();

const point = (): ReturnType<typeof field.json<Point>> => field.json<Point>();

export default defineConfig({
  name: "json-types",
  database: d1(),
  auth: custom("./auth.ts", { user: { rights: field.json<Set<string>>() } }),
  kv: {
    sessions: kv.string({ value: kv.json<Optional>() }),
    carts: kv.hash({ fields: { items: kv.json<Map<string, number>>() } }),
    recent: kv.list({ value: { entry: kv.json<object[]>() } }),
  },
  resources: {
    todos: {
      fields: {
        id: field.id(),
        meta: field.json<Meta>(),
        again: field.json<Meta>(),
        other: field.json<OtherMeta>(),
        page: field.json<Page>(),
        todo: field.json<Todo>(),
        error: field.json<FieldError>(),
        missing: field.json<Missing>(),
        gone: field.json<Gone | Unknown>(),
        box: field.json<Box<string>>(),
        colour: field.json<Colour>(),
        circle: field.json<Circle>(),
        level: field.json<{ level: Level }>(),
        limits: field.json<Limits>(),
        partial: field.json<Partial<Point>>(),
        pair: field.json<[string, number?]>(),
        keyed: field.json<Record<"a" | "b", number>>(),
        either: field.json<Point & { z: number }>(),
        some: field.json<Optional>(),
        endless: field.json<Endless>(),
        list: list<string>(),
        place: point().default({ x: 1, y: "2" as never }),
        places: field.json<Point[]>().default([{ x: 1, y: 2 }, { x: 1 } as never]),
        mode: field.json<"on" | "off">().default("of" as never),
        free: field.json<{ a?: string; b: [boolean, 1] }>().default({ b: [true, 1], c: 2 } as never),
      },
      access: ({ signedIn }) => ({ read: signedIn() }),
    },
  },
});

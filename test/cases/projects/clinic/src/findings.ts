/** What was found. */
export interface Finding extends Noted {
  kind: "finding";
  /** In degrees Celsius, `*` and "quotes" included. */
  temperature?: number;
  readonly tags: readonly ("urgent" | "it's chronic" | 3)[];
  position: [x: number, y: number];
  /** What it is
   * part of. */
  related: Finding[];
  outlook?: Outlook | null;
}

/** What may come of it. */
export interface Outlook extends Noted {
  kind: "outlook";
  odds: Record<string, number>;
  after: Entry[];
  "odd name"?: { deep: { deeper: unknown } };
}

interface Noted {
  note: string | null;
}

export type Entry = Finding | Outlook;

export type Rights = "prescribe" | "operate";

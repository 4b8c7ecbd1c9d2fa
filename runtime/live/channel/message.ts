/** Messages as the channel is now, whatever it was when they were published. */

/** The last message that was looked at: the subscribers of one isolate get the same text. */
let latest: { readonly fields: readonly string[]; readonly text: string; readonly told: string } | null =
  null;

/**
 * A message as it is told. One from before an optional field was added has null there, and one from before a field was removed is told
 * without it. Other changes of fields do not come about while messages are kept: the generator does not let them.
 *
 * @param fields The fields of the channel's messages.
 * @param text A message as it is kept, as JSON.
 */
export function toldMessage(fields: readonly string[], text: string): string {
  if (latest?.text !== text || latest.fields !== fields)
    latest = { fields, text, told: asDeclared(fields, text) };
  return latest.told;
}

function asDeclared(fields: readonly string[], text: string): string {
  const kept: { readonly [name: string]: unknown } = JSON.parse(text);
  const { seq, at } = kept;
  // Its number and its time stand around the fields.
  const isSame =
    Object.keys(kept).length === fields.length + 2 && fields.every((name) => Object.hasOwn(kept, name));
  if (isSame) return text;
  const values = fields.map((name) => [name, Object.hasOwn(kept, name) ? kept[name] : null] as const);
  return JSON.stringify({ seq, ...Object.fromEntries(values), at });
}

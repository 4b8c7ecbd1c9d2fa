const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * A new UUID of version 7 (RFC 9562 section 5.7): 48 bits of Unix time in milliseconds, then 74 random bits, so ids
 * made later sort later and new rows land at the end of the index.
 */
export function uuidv7(now: number = Date.now()): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  const high = Math.floor(now / 2 ** 32);
  b[0] = high >>> 8;
  b[1] = high;
  b[2] = now >>> 24;
  b[3] = now >>> 16;
  b[4] = now >>> 8;
  b[5] = now;
  b[6] = 0x70 | ((b[6] ?? 0) & 0x0f);
  b[8] = 0x80 | ((b[8] ?? 0) & 0x3f);
  let text = "";
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    text += hex[b[i] ?? 0];
  }
  return text;
}

/** The current time as it is stored and sent: ISO 8601, UTC, milliseconds. */
export const timestamp = (): string => new Date().toISOString();

/** A JSON value as it is stored; null stays the database's null. */
export const jsonText = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** A boolean as it is stored. */
export const bit = (value: boolean | null): number | null => (value === null ? null : Number(value));

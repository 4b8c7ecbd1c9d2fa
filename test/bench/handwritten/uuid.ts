/** A UUID of version 7 (RFC 9562): the time first, so that new rows land at the end of the index. */
export function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

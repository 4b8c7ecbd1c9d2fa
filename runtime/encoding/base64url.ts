/** Base64url without padding: RFC 4648, section 5. */

export function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  // One by one: as arguments of a call, many bytes would be too many.
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @throws {DOMException} for a text that is none. */
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));

/**
 * Reads a text that anyone may have written on chain; returns an empty text if its bytes are not UTF-8. Ethers throws
 * on such bytes, and one such text must not stop a service.
 */
export function readableText(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

/**
 * A text that anybody may have written on chain, or nothing where its bytes are no UTF-8: ethers refuses to read those, and
 * one of them must not stop a service for good.
 */
export function readableText(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

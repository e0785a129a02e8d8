/**
 * Reads a text that an account wrote on chain; undefined if its bytes are not UTF-8. Ethers throws for such bytes when the
 * value is accessed, and nobody can change them any more: one such text must not stop a program that reads the chain.
 *
 * @param read - Accesses the value.
 */
export function readChainText(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

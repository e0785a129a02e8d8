/** Bytes as 0x and hex digits, two per byte. */
export type Hex = `0x${string}`;

/** An account or contract: 20 bytes, with its EIP-55 checksum wherever this package produces one. */
export type Address = `0x${string}`;

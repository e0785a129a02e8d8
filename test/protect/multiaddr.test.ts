import { expect } from "chai";

import {
  decodeMultiaddr,
  encodeMultiaddr,
  InvalidMultiaddrError,
  UnaddressableCidError,
} from "@poco-marketplace/sdk/protect/multiaddr.js";

// Well-known identifiers of the file "hello world\n".
const V0 = "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o";
const V1 = "bafybeicg2rebjoofv4kbyovkw7af3rpiitvnl6i7ckcywaq6xjcxnc2mby";
const RAW = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
const BINARY = "a50322122046d44814b9c5af141c3aaab7c05dc5e844ead5f91f12858b021eba45768b4c0e";

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("The multiaddr of a stored file", () => {
  it("is protocol 421, a length and the file's hash", () => {
    expect(toHex(encodeMultiaddr(V0))).to.equal(BINARY);
    expect(decodeMultiaddr(Buffer.from(BINARY, "hex"))).to.equal(V0);
  });

  it("is the same for version 1 of the same identifier", () => {
    expect(toHex(encodeMultiaddr(V1))).to.equal(BINARY);
  });

  it("does not exist for raw blocks and for what is not an identifier", () => {
    expect(() => encodeMultiaddr(RAW)).to.throw(UnaddressableCidError, "raw block");
    expect(() => encodeMultiaddr("QmNope")).to.throw(UnaddressableCidError, '"QmNope" does not fit');
  });

  it("is not read from other bytes", () => {
    const others = [
      `${BINARY}00`,
      BINARY.slice(0, -2),
      "",
      BINARY.replace("a503", "a403"),
      toHex(Buffer.from("https://arweave.net/some-transaction-id")),
    ];

    for (const hex of others) {
      expect(() => decodeMultiaddr(Buffer.from(hex, "hex"))).to.throw(InvalidMultiaddrError, `0x${hex} is not`);
    }
  });
});

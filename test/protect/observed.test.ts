import { readFile } from "node:fs/promises";

import { expect } from "chai";

import { decodeMultiaddr, encodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { checksumOf, zipData } from "@poco-marketplace/sdk/protect/encryptData.js";
import { extractSchema, type Schema } from "@poco-marketplace/sdk/protect/schema.js";
import { decryptData, unprotectData } from "@poco-marketplace/sdk/protect/unprotect.js";

/** What the official client made of this data. */
const DATA = { text: "héllo", n: { f: -1.5, big: -5n, yes: true, no: false }, bin: Uint8Array.of(1, 2, 3) };

type Observed = { key: string; schema: string; multiaddr: string; cid: string; checksum: string; encrypted: string };

async function observed() {
  const seen = JSON.parse(await readFile(new URL("observed.json", import.meta.url), "utf8")) as Observed;
  return { ...seen, encrypted: Buffer.from(seen.encrypted, "base64") };
}

describe("Data that the official client protected", () => {
  it("has the schema and the checksum that are computed here", async () => {
    const { schema, checksum, encrypted } = await observed();

    expect(JSON.stringify(extractSchema(DATA))).to.equal(schema);
    expect(checksumOf(encrypted)).to.equal(checksum);
  });

  it("opens here and holds the same values", async () => {
    const sealed = await observed();

    const data = await unprotectData(sealed, JSON.parse(sealed.schema) as Schema);

    expect({ ...data, bin: Uint8Array.from(data["bin"] as Uint8Array) }).to.deep.equal(DATA);
  });

  it("is the zip that is made here, byte for byte but for its dates", async () => {
    const theirs = withoutDates(await decryptData(await observed()));

    expect(withoutDates(zipData(DATA)).equals(theirs)).to.equal(true);
  });

  it("is found by the multiaddr that is made here", async () => {
    const { cid, multiaddr } = await observed();

    expect(`0x${Buffer.from(encodeMultiaddr(cid)).toString("hex")}`).to.equal(multiaddr);
    expect(decodeMultiaddr(Buffer.from(multiaddr.slice(2), "hex"))).to.equal(cid);
  });
});

/** Blanks the modification times: 4 bytes at 10 of each local header, at 12 of each entry of the directory. */
function withoutDates(zip: Uint8Array): Buffer {
  const bytes = Buffer.from(zip);
  for (const [signature, offset] of [
    ["PK\u0003\u0004", 10],
    ["PK\u0001\u0002", 12],
  ] as const) {
    for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 4)) {
      bytes.fill(0, at + offset, at + offset + 4);
    }
  }
  return bytes;
}

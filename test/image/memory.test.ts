import { expect } from "chai";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";

import type { Digest } from "@poco-marketplace/enclave/image/digest.js";
import type { Layer } from "@poco-marketplace/enclave/image/manifest.js";
import { bytesOf, END_OF_ARCHIVE } from "../fixtures/image/tar.js";

const MIB = 2 ** 20;
const HALF = 150 * MIB;
/** What Node takes with nothing to do, and some more: less than half of what the layer has. */
const MOST_KIB = 220 * 1024;

/** A tar file of two large files: one cannot be compressed, the other is zeros. */
async function* largeTar(): AsyncGenerator<Uint8Array> {
  yield bytesOf({ name: "random", size: HALF });
  for (let done = 0; done < HALF; done += MIB) yield randomBytes(MIB);
  yield bytesOf({ name: "zeros", size: HALF });
  for (let done = 0; done < HALF; done += MIB) yield Buffer.alloc(MIB);
  yield END_OF_ARCHIVE;
}

async function digestOfFile(file: string): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}

describe("Unpacking a layer of 300 MiB", () => {
  let folder: string;

  before(() => (folder = mkdtempSync(path.join(tmpdir(), "poco-memory-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("takes a bounded amount of memory", async () => {
    const blob = path.join(folder, "layer.tar.gz");
    const tarHash = createHash("sha256");
    async function* hashed() {
      for await (const chunk of largeTar()) {
        tarHash.update(chunk);
        yield chunk;
      }
    }
    await pipeline(hashed, createGzip({ level: 1 }), createWriteStream(blob));
    const layer: Layer = {
      digest: await digestOfFile(blob),
      size: statSync(blob).size,
      compression: "gzip",
      diffId: `sha256:${tarHash.digest("hex")}`,
    };
    const root = path.join(folder, "root");
    mkdirSync(root);

    const program = path.join(import.meta.dirname, "../fixtures/image/unpackAlone.ts");
    const args = ["--max-old-space-size=48", "--import", "tsx", program, blob, root, JSON.stringify(layer)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(statSync(path.join(root, "random")).size).to.equal(HALF);
    expect(statSync(path.join(root, "zeros")).size).to.equal(HALF);
    expect(Number(stdout)).to.be.within(1, MOST_KIB);
  });
});

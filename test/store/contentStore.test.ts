import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FsBlockstore } from "blockstore-fs";
import { expect } from "chai";
import { exporter } from "ipfs-unixfs-exporter";
import { CID } from "multiformats/cid";

import { CorruptBlockError, StoreNotWritableError } from "@poco-marketplace/services/store/blockFiles.js";
import {
  InvalidCidError,
  NotAFileError,
  openContentStore,
  UnknownCidError,
} from "@poco-marketplace/services/store/contentStore.js";
import { rejection } from "../fixtures/rejection.js";
import { rootByHand } from "../fixtures/unixfs.js";

/** Identifiers that IPFS gives to well-known files. */
const KNOWN = [
  { file: "", v0: "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH" },
  { file: "hello world", v0: "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD" },
  { file: "hello world\n", v0: "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o" },
];
const HELLO_WORLD_V1 = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
const EMPTY_FOLDER = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn";
const CHUNK = 262_144;

describe("The content store", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "content-store-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  for (const { file, v0 } of KNOWN) {
    it(`calls ${JSON.stringify(file)} ${v0}, as IPFS does`, async () => {
      const store = openContentStore(folder);

      expect(await store.put(Buffer.from(file))).to.equal(v0);
      expect(Buffer.from(await store.get(v0)).toString()).to.equal(file);
    });
  }

  it("gives version 1 identifiers when asked to", async () => {
    const store = openContentStore(folder, { cidVersion: 1 });

    expect(await store.put(Buffer.from("hello world"))).to.equal(HELLO_WORLD_V1);
    expect(Buffer.from(await store.get(HELLO_WORLD_V1)).toString()).to.equal("hello world");
  });

  it("cuts a long file in chunks under a root, as `ipfs add` does", async () => {
    const file = Buffer.alloc(CHUNK + 1, "poco");
    const store = openContentStore(folder);

    const cid = await store.put(file);

    expect(cid).to.equal(rootByHand(file));
    expect(Buffer.from(await store.get(cid)).equals(file)).to.equal(true);
  });

  it("keeps a file of many chunks, and serves it after being opened again", async () => {
    const file = randomBytes(180 * CHUNK + 5); // More chunks than the 174 that one node holds.

    const cid = await openContentStore(folder).put(file);

    expect(cid).to.equal(rootByHand(file));
    expect(Buffer.from(await openContentStore(folder).get(cid)).equals(file)).to.equal(true);
  });

  it("stores the same file once, however many put it at the same time", async () => {
    const file = randomBytes(3 * CHUNK);
    const stores = Array.from({ length: 8 }, () => openContentStore(folder));

    const cids = await Promise.all(stores.map((store) => store.put(file)));

    expect(new Set(cids).size).to.equal(1);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files).to.have.length(4);
    expect(files.every(({ name }) => name.endsWith(".data"))).to.equal(true);
  });

  it("can be served by a Helia node on the same folder", async () => {
    const file = randomBytes(CHUNK + 100);
    const cid = await openContentStore(folder).put(file);

    const entry = await exporter(CID.parse(cid), new FsBlockstore(folder));

    if (entry.type !== "file") throw new Error(`a ${entry.type}`);
    const pieces: Uint8Array[] = [];
    for await (const piece of entry.content()) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(file)).to.equal(true);
  });

  it("notices a block that was changed, and heals when the file is put again", async () => {
    const store = openContentStore(folder);
    const cid = await store.put(Buffer.from("hello world"));
    const block = (await readdir(folder, { recursive: true })).find((name) => name.endsWith(".data"));
    const bytes = await readFile(join(folder, block!));
    bytes[bytes.length - 3]! ^= 1;
    await writeFile(join(folder, block!), bytes);

    const error = await rejection(store.get(cid), CorruptBlockError);

    expect(error.file).to.equal(join(folder, block!));
    await store.put(Buffer.from("hello world"));
    expect(Buffer.from(await store.get(cid)).toString()).to.equal("hello world");
  });

  it("says which file it does not have, whole or in part", async () => {
    const store = openContentStore(folder);
    const cid = await store.put(randomBytes(2 * CHUNK));
    const sizes = await Promise.all(
      (await readdir(folder, { recursive: true }))
        .filter((name) => name.endsWith(".data"))
        .map(async (name) => ({ name, size: (await readFile(join(folder, name))).length })),
    );
    await rm(join(folder, sizes.find(({ size }) => size > CHUNK)!.name));

    for (const missing of [KNOWN[1]!.v0, HELLO_WORLD_V1, cid]) {
      expect((await rejection(store.get(missing), UnknownCidError)).message).to.include(`No file ${missing} is in`);
    }
  });

  it("refuses names that are not those of files", async () => {
    const store = openContentStore(folder);
    await writeFolderBlock(folder);

    for (const name of ["", "hello", "../../etc/passwd", `/ipfs/${KNOWN[1]!.v0}`]) {
      expect((await rejection(store.get(name), InvalidCidError)).cid).to.equal(name);
    }
    expect((await rejection(store.get(EMPTY_FOLDER), NotAFileError)).message).to.include("names a directory");
    const cbor = CID.create(1, 0x71, CID.parse(HELLO_WORLD_V1).multihash).toString();
    await rejection(store.get(cbor), NotAFileError);
  });

  it("says so when its folder cannot be written", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");

    const error = await rejection(openContentStore(join(file, "store")).put(Buffer.from("x")), StoreNotWritableError);

    expect(error.message).to.include("choose another folder");
  });
});

/** Puts the block of an empty folder (type 1) where the store keeps blocks. */
async function writeFolderBlock(folder: string): Promise<void> {
  await new FsBlockstore(folder).put(CID.parse(EMPTY_FOLDER), Buffer.from("0a020801", "hex"));
}

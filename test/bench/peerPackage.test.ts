import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { BenchError } from "../harness/peer/BenchError.js";
import { checkArchive, link, openPeerPackage } from "../harness/peer/peerPackage.js";
import { addressOf } from "../fixtures/addresses.js";

describe("The peer's package", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "poco-peer-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("is refused if a single byte is not the published one", () => {
    expect(() => checkArchive(new TextEncoder().encode("something else"))).to.throw(BenchError, "is not the package");
  });

  it("is refused on disk as well, before anything is taken out of it", async () => {
    await writeFile(path.join(folder, "iexec-poco-6.1.0.tgz"), "something else");
    const refusal = await openPeerPackage(folder).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(BenchError);
  });

  it("answers with nothing of a contract but what can be deployed", async () => {
    const place = path.join(folder, "package/artifacts/contracts/facets/Some.sol");
    await mkdir(place, { recursive: true });
    const artifact = { abi: [], bytecode: "0x00", linkReferences: {} };
    await writeFile(path.join(place, "Some.json"), JSON.stringify({ ...artifact, sourceName: "Some.sol" }));
    const { artifact: read } = await openPeerPackage(folder);
    expect(await read("facets/Some")).to.deep.equal(artifact);
  });
});

describe("Linking the peer's code", () => {
  const library = addressOf(0xabcd);
  const code = {
    abi: [],
    bytecode: `0x11${"00".repeat(20)}22${"00".repeat(20)}33`,
    linkReferences: {
      "a.sol": {
        Orders: [
          { start: 1, length: 20 },
          { start: 22, length: 20 },
        ],
      },
    },
  };

  it("puts a library's address wherever it belongs", () => {
    const hex = library.slice(2).toLowerCase();
    expect(link(code, { Orders: library })).to.equal(`0x11${hex}22${hex}33`);
  });

  it("refuses a library that is not there", () => {
    expect(() => link(code, {})).to.throw(BenchError, "needs library Orders");
  });
});

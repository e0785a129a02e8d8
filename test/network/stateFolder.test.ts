import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { simulatedPlatform } from "@poco-marketplace/cli/network/attestation/platformFile.js";
import { NetworkError } from "@poco-marketplace/cli/network/networkError.js";
import { choosePorts, LISTENERS } from "@poco-marketplace/cli/network/ports.js";
import { openStateFolder } from "@poco-marketplace/cli/network/stateFolder.js";
import { writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { defaultPolicy, verifyQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { rejection } from "../fixtures/rejection.js";

const OWNER = { chainId: 5, hub: "0x00000000000000000000000000000000000000AA" } as const;

describe("The folder of a network", () => {
  let root: string;

  beforeEach(() => (root = mkdtempSync(join(tmpdir(), "state-"))));
  afterEach(() => rmSync(root, { recursive: true }));

  it("is for one network at a time", async () => {
    writeFileSync(join(root, "lock"), `${process.ppid}\n`);
    const error = await rejection(openStateFolder(root, { isFresh: false }), NetworkError);
    expect(error.message).to.contain(`The network of process ${process.ppid} uses ${root}: stop it first`);
  });

  it("is taken over from a network that was killed, and given back", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(join(root, "lock"), `${pid}\n`);

    const state = await openStateFolder(root, { isFresh: false });
    expect(existsSync(join(root, "lock"))).to.equal(true);
    await state.release();

    expect(existsSync(join(root, "lock"))).to.equal(false);
  });

  it("stays with its chain, until it is forgotten", async () => {
    const first = await openStateFolder(root, { isFresh: false });
    await first.claim(OWNER);
    await first.claim(OWNER);
    const error = await rejection(first.claim({ ...OWNER, chainId: 6 }), NetworkError);
    expect(error.message).to.contain("belongs to a network on chain 5").and.contain("--fresh");
    await first.release();
    writeFileSync(join(root, "mine.txt"), "kept");

    const second = await openStateFolder(root, { isFresh: true });
    await second.claim({ ...OWNER, chainId: 6 });

    expect(existsSync(join(root, "mine.txt"))).to.equal(true);
    await second.release();
  });

  it("must be one that can be written", async () => {
    writeFileSync(join(root, "file"), "");
    const error = await rejection(openStateFolder(join(root, "file", "x"), { isFresh: false }), NetworkError);
    expect(error.message).to.match(/^--state is .* which cannot be written/);
  });

  it("keeps a simulated platform, whose quotes are believed under its own root after it was read again", async () => {
    const file = join(root, "platform.json");
    const made = await simulatedPlatform(file);
    const read = await simulatedPlatform(file);

    const quote = writeQuote(read, { version: 3, body: { reportData: Buffer.alloc(64, 7) } });

    const rootKey = new X509Certificate(made.chain[2]).publicKey.export({ format: "der", type: "spki" }).subarray(-64);
    expect(verifyQuote(quote, defaultPolicy({ rootKey })).facts.ppid).to.deep.equal(made.facts.ppid);
    expect(() => verifyQuote(quote)).to.throw("root");
  });
});

describe("The ports of a network", () => {
  it("are free ones when it may be any", async () => {
    const ports = await choosePorts(0, LISTENERS);
    expect(new Set(Object.values(ports)).size).to.equal(LISTENERS.length);
    // Where nobody who listens at any port, and no outgoing connection, can take one before its service listens.
    expect(Object.values(ports).every((port) => port >= 20_000 && port < 32_768)).to.equal(true);

    const other = createServer().listen(ports.store, "127.0.0.1");
    await once(other, "listening");
    try {
      const others = await choosePorts(0, LISTENERS);
      expect(Object.values(others).filter((port) => Object.values(ports).includes(port))).to.deep.equal([]);
      expect(await choosePorts(0, ["market"])).to.deep.equal(ports);
    } finally {
      other.close();
    }
  });

  it("are refused when somebody has one, by its name", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    try {
      const error = await rejection(choosePorts(port - 1, ["market"]), NetworkError);
      expect(error.message).to.contain(`Port ${port}, for the market, is taken by another program`);
    } finally {
      other.close();
    }
  });
});

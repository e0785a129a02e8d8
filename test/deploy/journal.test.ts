import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { network } from "hardhat";

import { DeployError } from "../../deploy/DeployError.js";
import { openJournal } from "../../deploy/journal.js";
import { startChain } from "../fixtures/chainServer.js";
import { rejection } from "../fixtures/rejection.js";

const LOCAL = 31_337;
const strategy = "basic" as const;

describe("The journal of a deployment", () => {
  let directory: string;
  let journal: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "poco-journal-"));
    journal = `${directory}/deployments/chain-${LOCAL}`;
  });

  afterEach(() => rm(directory, { recursive: true }));

  /** Opens the journal of a local chain that starts and ends here, and has Ignition note something in it. */
  async function onLocalChain(act: (open: () => ReturnType<typeof openJournal>) => Promise<void>): Promise<void> {
    const chain = await startChain();
    try {
      const connection = await network.create({ network: "localhost", override: { url: chain.url } });
      await act(() => openJournal(connection, { directory, chainId: LOCAL, strategy }));
    } finally {
      await chain.close();
    }
  }

  it("is kept as long as the local chain lives", async () => {
    await onLocalChain(async (open) => {
      expect(await open()).to.deep.equal({ path: journal, isFirstRun: true });
      await writeFile(`${journal}/journal.jsonl`, "{}\n");

      expect(await open()).to.deep.equal({ path: journal, isFirstRun: false });
    });
  });

  it("starts anew with another local chain of the same id", async () => {
    await onLocalChain(async (open) => {
      await open();
      await writeFile(`${journal}/journal.jsonl`, "{}\n");
    });

    await onLocalChain(async (open) => {
      expect(await open()).to.deep.equal({ path: journal, isFirstRun: true });
      expect(existsSync(`${journal}/journal.jsonl`)).to.equal(false);
      await writeFile(`${journal}/journal.jsonl`, "{}\n");
      expect((await open()).isFirstRun).to.equal(false);
    });
  });

  it("is not needed for a chain that ends with the process", async () => {
    const connection = await network.create("embedded");

    expect(await openJournal(connection, { directory, chainId: LOCAL, strategy })).to.deep.equal({
      path: undefined,
      isFirstRun: true,
    });
    expect(existsSync(journal)).to.equal(false);
  });

  it("holds on to the strategy it was begun with", async () => {
    const connection = await network.create({
      network: "sepolia",
      override: { url: "http://127.0.0.1:1", accounts: "remote" },
    });
    const place = { directory, chainId: 11_155_111 };
    await openJournal(connection, { ...place, strategy: "create2" });
    await openJournal(connection, { ...place, strategy: "create2" });

    const { message } = await rejection(openJournal(connection, { ...place, strategy: "basic" }), DeployError);
    expect(message).to.equal("An earlier run on chain 11155111 used --strategy create2: go on with that.");
  });
});

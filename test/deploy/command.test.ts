import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { getVerificationInformation } from "@nomicfoundation/ignition-core";
import { expect } from "chai";
import { JsonRpcProvider, getCreateAddress, keccak256, type TransactionResponse } from "ethers";

import { readManifest } from "@poco-marketplace/sdk/index.js";
import { IPoco__factory } from "../../typechain-types/index.js";
import { startChain, type ChainServer } from "../fixtures/chainServer.js";
import { hardhat, type Outcome } from "../fixtures/command.js";
import { writeVariant } from "../fixtures/variant.js";

/** The first account of a development chain, whose key everybody knows. */
const DEPLOYER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
/** The second account of the same. */
const OTHER_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const OTHER_DEPLOYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const SEPOLIA = 11_155_111;

/** RLC, three registries, four bundles of facets and the hub; then the setup of the hub, and three registries closed. */
const [CREATIONS, CALLS] = [9, 4];
/** To be killed among the facets, of which some are sent but not confirmed; and once the hub is there, but not set up. */
const KILLED_AT = [6, CREATIONS];

/** What tells the market of another tree from this one's. */
const OTHER = "0xaaaaaaa1";

describe("npm run deploy, killed twice and run again", () => {
  let chain: ChainServer;
  let provider: JsonRpcProvider;
  let directory: string;
  const killed: { readonly outcome: Outcome; readonly blocks: number }[] = [];
  let finished: Outcome;
  let planned: Outcome;
  let unasked: Outcome;
  let untouched: { readonly blocks: number; readonly files: readonly string[] };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "poco-deploy-"));
    chain = await startChain(SEPOLIA);
    provider = new JsonRpcProvider(chain.url, SEPOLIA, { staticNetwork: true, cacheTimeout: -1 });

    planned = await run("deploy", "--dry-run").outcome;
    unasked = await run("deploy").outcome;
    untouched = { blocks: await provider.getBlockNumber(), files: await readdir(directory) };
    for (const blocks of KILLED_AT) {
      const outcome = await deployUntil(blocks);
      killed.push({ outcome, blocks: await provider.getBlockNumber() });
    }
    finished = await deployUntil(Infinity);
  });

  after(async () => {
    provider.destroy();
    await chain.close();
    await rm(directory, { recursive: true });
  });

  function run(task: string, ...args: readonly string[]) {
    return hardhat([task, ...args, ...place()], environment());
  }

  /** An upgrade from a tree whose market is another one; from this tree without its selector. */
  function upgradeFrom(selector: string | undefined, ...args: readonly string[]): Promise<Outcome> {
    if (selector === undefined) return run("upgrade", "Market", ...args).outcome;
    const command = ["--config", "test/fixtures/variant.config.ts", "upgrade", "Market", ...args];
    return hardhat([...command, ...place()], { ...environment(), POCO_TEST_ARTIFACTS: `${directory}/artifacts` })
      .outcome;
  }

  const place = () => ["--network", "sepolia", "--directory", directory, "--no-compile"];
  const environment = () => ({ SEPOLIA_RPC_URL: chain.url, DEPLOYER_KEY });

  /**
   * Kills a deployment, with no chance to tidy up, once the chain has this many blocks (of one transaction each). What was
   * sent just before an earlier end may still be on its way: then the command asks to be run again, and is.
   */
  async function deployUntil(blocks: number): Promise<Outcome> {
    const command = run("deploy", "--yes");
    while (command.process.exitCode === null && (await provider.getBlockNumber()) < blocks) await sleep(5);
    command.process.kill("SIGKILL");
    const outcome = await command.outcome;
    return outcome.stderr.includes("are on their way") ? deployUntil(blocks) : outcome;
  }

  async function transactions(): Promise<TransactionResponse[]> {
    const all: TransactionResponse[] = [];
    for (let number = 1; number <= (await provider.getBlockNumber()); number++) {
      all.push(...(await provider.getBlock(number, true))!.prefetchedTransactions);
    }
    return all;
  }

  async function manifest() {
    return readManifest(JSON.parse(await readFile(`${directory}/manifests/sepolia.json`, "utf8")));
  }

  it("says what it would send and what that costs, and sends and writes nothing before it is asked to", () => {
    expect({ code: planned.code, stderr: planned.stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(planned.stdout).to.match(/ 1\. EscrowBundle +[\d,]+ gas\n/);
    expect(planned.stdout).to.match(
      new RegExp(`\n${CREATIONS + CALLS} transactions, [\\d,]+ gas at [\\d.]+ gwei: about 0\\.\\d+ coins; `),
    );
    expect(planned.stdout).to.include("Nothing was sent, as --dry-run asks.\n");
    expect(unasked.stdout).to.include(`${CREATIONS + CALLS} transactions, `);
    expect({ code: unasked.code, stderr: unasked.stderr }).to.deep.equal({
      code: 1,
      stderr: "Nothing was sent: there is no terminal to ask at. Say --yes to send without being asked.\n",
    });
    expect(untouched).to.deep.equal({ blocks: 0, files: [] });
  });

  it("says the hash of each transaction when it is sent", async () => {
    const sent = new Set((await transactions()).map(({ hash }) => hash));
    const said = [...finished.stdout.matchAll(/ was sent as (0x[0-9a-f]{64})\.\n/g)].map(([, hash]) => hash!);

    expect(said).to.have.lengthOf.at.least(CALLS);
    expect(said.filter((hash) => !sent.has(hash))).to.deep.equal([]);
  });

  it("was killed half way each time", () => {
    for (const [index, { outcome, blocks }] of killed.entries()) {
      expect(outcome.code).to.equal(null);
      expect(outcome.stdout).to.not.include("checks passed");
      expect(blocks).to.be.within(KILLED_AT[index]!, CREATIONS + CALLS - 1);
    }
  });

  it("finishes, and says so", () => {
    expect(finished.stderr).to.equal("");
    expect(finished.code).to.equal(0);
    expect(finished.stdout).to.include("what it deployed is not deployed again");
    expect(finished.stdout).to.match(/All \d+ checks passed/);
  });

  it("deploys nothing twice", async () => {
    const all = await transactions();
    const creations = all.filter(({ to }) => to === null).map(({ data }) => data);
    const calls = all.filter(({ to }) => to !== null).map(({ to, data }) => `${to} ${data}`);

    expect(creations).to.have.lengthOf(CREATIONS);
    expect(new Set(creations).size).to.equal(CREATIONS);
    expect(calls).to.have.lengthOf(CALLS);
    expect(new Set(calls).size).to.equal(CALLS);
  });

  it("writes a manifest that leads to the hub", async () => {
    const { poco, chainId, block, token, network, facets } = await manifest();
    const hub = IPoco__factory.connect(poco, provider);
    const receipts = await Promise.all((await transactions()).map(({ hash }) => provider.getTransactionReceipt(hash)));
    const creation = receipts.find((receipt) => receipt!.contractAddress === poco);

    expect({ network, chainId, block }).to.deep.equal({
      network: "sepolia",
      chainId: SEPOLIA,
      block: creation!.blockNumber,
    });
    expect(await hub.token()).to.equal(token);
    expect(await hub.countCategory()).to.equal(5n);
    expect([...(await hub.facetAddresses())]).to.have.members([
      getCreateAddress({ from: poco, nonce: 1 }),
      ...Object.values(facets),
    ]);
  });

  it("does nothing when everything is done, and prints the manifest for programs", async () => {
    const before = await provider.getBlockNumber();
    const { code, stdout, stderr } = await run("deploy", "--json", "--yes").outcome;

    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(readManifest(JSON.parse(stdout))).to.deep.equal(await manifest());
    expect(await provider.getBlockNumber()).to.equal(before);
  });

  it("does not go on with another key, and says whose key began", async () => {
    const variables = { SEPOLIA_RPC_URL: chain.url, DEPLOYER_KEY: OTHER_KEY };
    const { code, stderr } = await hardhat(["deploy", "--yes", ...place()], variables).outcome;

    expect(code).to.equal(1);
    expect(stderr).to.equal(
      `${DEPLOYER} began the deployment on chain ${SEPOLIA}, and this is the key of ${OTHER_DEPLOYER}: ` +
        "go on with the key that began, or use another --directory to deploy anew.\n",
    );
  });

  it("does not go on with another strategy", async () => {
    const { code, stdout, stderr } = await run("deploy", "--strategy", "create2").outcome;

    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr).to.equal(`An earlier run on chain ${SEPOLIA} used --strategy basic: go on with that.\n`);
  });

  it("leaves behind what verifying the sources takes, for every contract", async () => {
    const verifiable = new Map<string, string>();
    for await (const found of getVerificationInformation(`${directory}/deployments/chain-${SEPOLIA}`)) {
      if (typeof found !== "string") verifiable.set(found.address, found.contract);
    }
    const { poco, token } = await manifest();

    expect(verifiable.size).to.equal(CREATIONS);
    expect(verifiable.get(poco)).to.equal("contracts/Poco.sol:Poco");
    expect(verifiable.get(token!)).to.equal("contracts/token/Rlc.sol:Rlc");
  });

  describe("and upgraded by a command", () => {
    before(() => writeVariant(`${directory}/artifacts`, OTHER));

    it("sends nothing while the hub has this tree's code, and says so", async () => {
      const [old, block] = [await manifest(), await provider.getBlockNumber()];
      const { code, stderr, stdout } = await upgradeFrom(undefined);

      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout).to.include("market: unchanged");
      expect(stdout).to.include("Nothing is to be sent: the hub has this tree's code already.");
      expect(await provider.getBlockNumber()).to.equal(block);
      expect(await manifest()).to.deep.equal(old);
    });

    it("sends nothing in a dry run, after saying what would be sent", async () => {
      const [old, block] = [await manifest(), await provider.getBlockNumber()];
      const { code, stderr, stdout } = await upgradeFrom(OTHER, "--dry-run");

      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout).to.match(/replaces \d+ functions: .*matchOrders\(/);
      expect(stdout).to.match(/1\. MarketBundle +[\d,]+ gas\n +2\. diamondCut +[\d,]+ gas\n2 transactions, /);
      expect(stdout).to.include("Nothing was sent, as --dry-run asks.");
      expect(await provider.getBlockNumber()).to.equal(block);
      expect(await manifest()).to.deep.equal(old);
    });

    it("changes the hub, and the manifest knows the new facet", async () => {
      const old = await manifest();
      const { code, stderr, stdout } = await upgradeFrom(OTHER, "--yes");

      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout).to.include("Everything stored stays where it is.");
      const { facets, codeHashes, history, commit, ...others } = await manifest();
      const { facets: oldFacets, codeHashes: oldHashes, history: oldHistory, commit: _, ...oldOthers } = old;
      expect(others).to.deep.equal(oldOthers);
      expect(facets["market"]).to.not.equal(oldFacets["market"]);
      expect({ ...facets, market: "" }).to.deep.equal({ ...oldFacets, market: "" });
      expect(codeHashes!["market"]).to.equal(keccak256(await provider.getCode(facets["market"]!)));
      expect(codeHashes!["market"]).to.not.equal(oldHashes!["market"]);
      expect(history!.slice(0, -1)).to.deep.equal(oldHistory);
      expect(history!.at(-1)).to.deep.equal({ facet: "market", address: facets["market"], commit });
      expect(await provider.getCode(facets["market"]!)).to.include(OTHER.slice(2));
    });

    it("does not go back to older code unless told so in words", async () => {
      const block = await provider.getBlockNumber();
      const { code, stderr } = await upgradeFrom(undefined, "--yes");

      expect(code).to.equal(1);
      expect(stderr).to.match(
        /^This may put older code in the place of newer, since market had this tree's code before, /,
      );
      expect(stderr).to.match(/ or say --allow-downgrade if that is what you want\.\n$/);
      expect(await provider.getBlockNumber()).to.equal(block);
    });
  });

  it("says which variable is missing, and ends with code 1", async () => {
    const { code, stdout, stderr } = await hardhat(["deploy", "--network", "arbitrumOne", "--no-compile"]).outcome;

    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr).to.equal(
      "ARBITRUM_ONE_RPC_URL is not set: put it in the keystore with `npx hardhat keystore set ARBITRUM_ONE_RPC_URL`, " +
        "or in the environment variable of that name.\n",
    );
  });
});

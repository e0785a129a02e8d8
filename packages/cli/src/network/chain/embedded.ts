import { join } from "node:path";

import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { deployHub } from "../../../../../deploy/deployHub.js";
import { readParameters } from "../../../../../deploy/parameters.js";
import parameters from "../../../../../deploy/parameters/embedded.json" with { type: "json" };
import { approveOwnRuntime } from "../../../../../deploy/runtimes.js";
import type { RootOfTrust } from "../../../../../deploy/rootOfTrust.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import { compileContracts } from "../../compileContracts.js";
import { DEVELOPMENT_CATEGORY } from "../development.js";
import { readJsonFile, writeJsonFile } from "../jsonFile.js";
import { NetworkError } from "../networkError.js";
import type { Notify } from "../service.js";
import { MNEMONIC } from "./accounts.js";
import { History } from "./history.js";
import { provideMulticall } from "./multicall.js";

/** A Hardhat chain in this process, with the protocol deployed. */
export interface EmbeddedChain {
  readonly connection: NetworkConnection;
  readonly history: History;
  readonly manifest: Manifest;
  /** Whether the chain was restored from the folder's history. */
  readonly isResumed: boolean;
}

/**
 * Restores the chain of the folder, or starts a new one and deploys everything on it.
 *
 * @param rootOfTrust - The root under which the hub trusts enclaves.
 *
 * @throws {@link NetworkError} if the chain cannot be restored
 */
export async function startChain(
  folder: string,
  {
    chainId,
    rootOfTrust,
    notify = () => undefined,
  }: { readonly chainId: number; readonly rootOfTrust: RootOfTrust; readonly notify?: Notify },
): Promise<EmbeddedChain> {
  const [historyFile, manifestFile] = [join(folder, "history.jsonl"), join(folder, "manifest.json")];
  const genesis = History.genesisOf(historyFile);
  const known = await readJsonFile<Manifest>(manifestFile);
  const isResumed = genesis !== undefined && known !== undefined;
  if (isResumed && genesis.chainId !== chainId)
    throw new NetworkError(
      `The chain that is kept has id ${genesis.chainId}, not ${chainId}: give another --state, or --fresh to forget it.`,
    );
  const startedAt = isResumed ? genesis.startedAt : nowInSeconds();

  const connection = await network.create({
    network: "embedded",
    override: {
      chainId,
      initialDate: new Date(startedAt * 1000),
      accounts: { mnemonic: MNEMONIC, count: 64 },
      // Otherwise each block would be at least a second after the last, and the chain's clock would run ahead.
      allowBlocksWithSameTimestamp: true,
      // As with other nodes, the receipt shows whether a transaction failed.
      throwOnTransactionFailures: false,
      // As with other nodes, an estimate requires only that the transaction succeeds, even if a call within it fails.
      gasEstimationMode: "topLevelSuccess",
      mining: { auto: true, mempool: { order: "fifo" } },
    },
  });
  if (isResumed) {
    const history = await History.replay(historyFile, connection.provider);
    if (await isOpenToBlocks(connection, history)) {
      await connection.provider.request({ method: "evm_mine" });
      // The code may have changed since the chain was stopped, which makes it another runtime.
      await approveOwnRuntime(connection, known);
    }
    await history.catchUp(connection.provider);
    // Chains of earlier versions do not have the contract yet.
    await provideMulticall(connection.provider, history);
    return { connection, history, manifest: known, isResumed };
  }

  await compile(notify);
  const history = History.begin(historyFile, { chainId, startedAt });
  // Compiling and starting took time, so the chain's clock is behind.
  await catchUpWithClock(connection);
  const manifest = await deployHub(
    connection,
    { ...readParameters(parameters), rootOfTrust, dataProtector: true },
    { strategy: "basic" },
  );
  await settle(connection, manifest);
  await approveOwnRuntime(connection, manifest);
  await history.catchUp(connection.provider);
  await provideMulticall(connection.provider, history);
  await writeJsonFile(manifestFile, manifest);
  return { connection, history, manifest, isResumed };
}

/**
 * Compiles contracts that are new or changed. If that takes more than two seconds, even without anything to compile, a
 * notice tells the user why.
 */
async function compile(notify: Notify): Promise<void> {
  const sayIt = () =>
    notify("Looking for contracts to compile, which takes a minute or two where they are new or were changed …");
  const wondering = setTimeout(sayIt, 2_000);
  await compileContracts();
  clearTimeout(wondering);
}

/** Creates the category for development. */
async function settle({ ethers }: NetworkConnection, { poco }: Manifest): Promise<void> {
  const [owner] = await ethers.getSigners();
  const { name, description, workClockTimeRef } = DEVELOPMENT_CATEGORY;
  await sendAndWait(IPoco__factory.connect(poco, owner!).createCategory(name, description, workClockTimeRef));
}

/**
 * Returns whether a block may be mined that no client requested. Such a block would consume the settings that a client
 * made for the next block, and include pending transactions.
 */
async function isOpenToBlocks({ provider }: NetworkConnection, { standing }: History): Promise<boolean> {
  if (standing.isBetweenBlocks || !(await provider.request({ method: "hardhat_getAutomine" }))) return false;
  return ((await provider.request({ method: "eth_pendingTransactions" })) as unknown[]).length === 0;
}

/** Mines a block with the current time, so that later blocks follow the clock, unless the chain is ahead of it. */
async function catchUpWithClock({ ethers, provider }: NetworkConnection): Promise<void> {
  const latest = await ethers.provider.getBlock("latest");
  const now = nowInSeconds();
  if (latest!.timestamp < now) await provider.request({ method: "evm_mine", params: [now] });
}

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

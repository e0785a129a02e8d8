import { join } from "node:path";

import { network, tasks } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { deployHub } from "../../../../../deploy/deployHub.js";
import { readParameters } from "../../../../../deploy/parameters.js";
import parameters from "../../../../../deploy/parameters/embedded.json" with { type: "json" };
import type { RootOfTrust } from "../../../../../deploy/rootOfTrust.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import { DEVELOPMENT_CATEGORY } from "../development.js";
import { readJsonFile, writeJsonFile } from "../jsonFile.js";
import { NetworkError } from "../networkError.js";
import type { Notify } from "../service.js";
import { MNEMONIC } from "./accounts.js";
import { History } from "./history.js";
import { provideMulticall } from "./multicall.js";

/** A chain in this process, with the protocol on it. */
export interface EmbeddedChain {
  readonly connection: NetworkConnection;
  readonly history: History;
  readonly manifest: Manifest;
  /** Whether it went on where an earlier one stopped. */
  readonly isResumed: boolean;
}

/**
 * Starts a chain and deploys everything; or goes on with the one of the folder.
 *
 * @param rootOfTrust - Whose enclaves the hub believes.
 *
 * @throws {@link NetworkError} when it cannot go on
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
      // Else each block would be a second after the last, and the chain's clock ahead of all others.
      allowBlocksWithSameTimestamp: true,
      // As other nodes do: what a transaction ended in is in its receipt.
      throwOnTransactionFailures: false,
      // As other nodes do: an estimate goes by whether the transaction succeeds, whatever a callback does with its gas.
      gasEstimationMode: "topLevelSuccess",
      mining: { auto: true, mempool: { order: "fifo" } },
    },
  });
  if (isResumed) {
    const history = await History.replay(historyFile, connection.provider);
    if (await isOpenToBlocks(connection, history)) await connection.provider.request({ method: "evm_mine" });
    await history.catchUp(connection.provider);
    // Which chains that began earlier do not have.
    await provideMulticall(connection.provider, history);
    return { connection, history, manifest: known, isResumed };
  }

  await compile(notify);
  const history = History.begin(historyFile, { chainId, startedAt });
  // It took a while until the chain was there.
  await catchUpWithClock(connection);
  const manifest = await deployHub(
    connection,
    { ...readParameters(parameters), rootOfTrust, dataProtector: true },
    { strategy: "basic" },
  );
  await settle(connection, manifest);
  await history.catchUp(connection.provider);
  await provideMulticall(connection.provider, history);
  await writeJsonFile(manifestFile, manifest);
  return { connection, history, manifest, isResumed };
}

/**
 * Compiles what is not compiled yet, or was changed since; says so where people would begin to wonder, if only it
 * looks.
 */
async function compile(notify: Notify): Promise<void> {
  const sayIt = () =>
    notify("Looking for contracts to compile, which takes a minute or two where they are new or were changed …");
  const wondering = setTimeout(sayIt, 2_000);
  await tasks.getTask("build").run({ noTests: true, quiet: true });
  clearTimeout(wondering);
}

/** A category for development. */
async function settle({ ethers }: NetworkConnection, { poco }: Manifest): Promise<void> {
  const [owner] = await ethers.getSigners();
  const { name, description, workClockTimeRef } = DEVELOPMENT_CATEGORY;
  await sendAndWait(IPoco__factory.connect(poco, owner!).createCategory(name, description, workClockTimeRef));
}

/**
 * Whether a block may be mined that nobody asked for: it would use up what somebody has said of the next one, and take
 * the transactions that wait for it.
 */
async function isOpenToBlocks({ provider }: NetworkConnection, { standing }: History): Promise<boolean> {
  if (standing.isBetweenBlocks || !(await provider.request({ method: "hardhat_getAutomine" }))) return false;
  return ((await provider.request({ method: "eth_pendingTransactions" })) as unknown[]).length === 0;
}

/** A block of now, so that those after it follow the clock; nothing for a chain that is ahead of it. */
async function catchUpWithClock({ ethers, provider }: NetworkConnection): Promise<void> {
  const latest = await ethers.provider.getBlock("latest");
  const now = nowInSeconds();
  if (latest!.timestamp < now) await provider.request({ method: "evm_mine", params: [now] });
}

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

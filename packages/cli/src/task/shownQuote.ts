import type { Log } from "ethers";

import { parseStatement } from "@poco-marketplace/enclave/attestation/quote.js";
import type { Tee } from "@poco-marketplace/enclave/attestation/header.js";
import { measuredIn, type Measured } from "@poco-marketplace/enclave/attestation/measured.js";
import { readTeeBroker } from "@poco-marketplace/sdk/chain/teeBroker.js";
import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { decodeAttestation } from "@poco-marketplace/enclave/evidence/brokerEvidence.js";
import { IPlatformRegistry__factory, type IPoco } from "@poco-marketplace/sdk/typechain.js";

/** The quote in a contribution's transaction. The chain accepted it, or the contribution would have been refused. */
export interface ShownQuote {
  readonly tee: Tee;
  /** What it says that the enclave is: the app of the deal. */
  readonly measured: Measured;
  /** The serial number of the platform's certificate. */
  readonly certificate: Hex;
  /** The model of the platform (FMSPC), if the registry of the hub's current TEE broker knows it. */
  readonly model?: Hex;
  /** Whether that registry's root is a simulation. */
  readonly isSimulated?: boolean;
}

/** The hub's functions that contribute. */
const CALLS = ["contribute", "contributeAndFinalize"] as const;

/**
 * Reads the quote of a contribution from its transaction; returns `undefined` if there is none, or if the call went
 * through another contract.
 *
 * @param contributed The hub's TaskContribute event.
 */
export async function readShownQuote(
  hub: IPoco,
  { taskId, worker }: { taskId: TaskId; worker: Address },
  contributed: Log | undefined,
): Promise<ShownQuote | undefined> {
  const provider = hub.runner!.provider!;
  const transaction = contributed === undefined ? null : await provider.getTransaction(contributed.transactionHash);
  if (transaction === null || transaction.from !== worker) return undefined;
  const call = hub.interface.parseTransaction(transaction);
  if (!CALLS.some((name) => name === call?.name) || call!.args["taskId"] !== taskId) return undefined;
  const shown = decodeAttestation(call!.args["authorizationSign"] as Hex);
  if (shown === undefined) return undefined;
  const statement = parseStatement(Buffer.from(shown.statement.slice(2), "hex"));
  return {
    tee: statement.header.tee,
    measured: measuredIn(statement),
    certificate: `0x${shown.platform.serial.toString(16)}`,
    ...(await readPlatform(hub, shown.platform)),
  };
}

async function readPlatform(
  hub: IPoco,
  name: { authority: Hex; serial: bigint },
): Promise<Pick<ShownQuote, "model" | "isSimulated">> {
  const broker = await readTeeBroker(hub);
  if (broker?.registry === undefined) return {};
  const registry = IPlatformRegistry__factory.connect(broker.registry, hub.runner);
  const [{ notAfter, fmspc }, isSimulated] = await Promise.all([registry.platform(name), registry.isSimulated()]);
  return notAfter === 0n ? {} : { model: fmspc as Hex, isSimulated };
}

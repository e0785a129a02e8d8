import { Interface } from "ethers";

import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { CommandError } from "../commandLine.js";
import type { Connected } from "./withClients.js";

/** Wei of a chain's own coin for each nRLC, where the coin takes the place of RLC. */
const WEI_PER_NRLC = 10n ** 9n;
const NATIVE = new Interface(["function deposit() payable returns (bool)"]);

/** What an account needs to have in escrow for a price, and what it has, in nRLC. */
export interface Funding {
  readonly escrow: bigint;
  readonly wallet: bigint;
  /** What has to be deposited. */
  readonly missing: bigint;
}

/** Reads what an account has, for a price in nRLC. */
export async function readFunding({ clients, signer, network, provider }: Connected, price: bigint): Promise<Funding> {
  const { hub, token } = clients.contracts;
  const [escrow, wallet] = await Promise.all([
    hub.balanceOf(signer.address),
    network.rlc === null
      ? provider.getBalance(signer.address).then((wei) => wei / WEI_PER_NRLC)
      : token.balanceOf(signer.address),
  ]);
  return { escrow, wallet, missing: price > escrow ? price - escrow : 0n };
}

/**
 * Moves money from the account to its escrow in the hub.
 *
 * @param amount - In nRLC.
 * @throws {@link CommandError} if the account does not have it; `PocoRevertError`
 */
export async function depositToEscrow(
  { clients, signer, network }: Connected,
  amount: bigint,
  wallet: bigint,
): Promise<void> {
  if (wallet < amount) {
    throw new CommandError(
      `Account ${signer.address} has ${formatRlc(wallet)} RLC, and ${formatRlc(amount)} RLC are missing in its escrow: send ` +
        "it more RLC first.",
    );
  }
  const { hub, token } = clients.contracts;
  const to = await hub.getAddress();
  if (network.rlc !== null) await sendAndWait(token.approveAndCall(to, amount, "0x"));
  else {
    const data = NATIVE.encodeFunctionData("deposit");
    await (await signer.sendTransaction({ to, data, value: amount * WEI_PER_NRLC })).wait();
  }
}

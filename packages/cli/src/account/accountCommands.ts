import { formatEther } from "ethers";

import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { formatRlc, parseRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { UsageError, type CommandContext, type CommandOutcome } from "../commandLine.js";
import type { AccountValues } from "../commands/account.js";
import { depositToEscrow, readFunding } from "./escrow.js";
import { withClients, type Connected } from "./withClients.js";

/** The account that acts on a development network. */
const ROLE = "requester";

/**
 * Shows what an account has.
 *
 * @throws {@link UsageError}
 */
export function runShowCommand(values: AccountValues, context: CommandContext): Promise<CommandOutcome> {
  return withClients(values, ROLE, context, (connected) => balancesOf(connected, values));
}

/**
 * Moves RLC from an account to its escrow.
 *
 * @throws {@link UsageError}; `CommandError`; `PocoRevertError`
 */
export function runDepositCommand(
  amount: string,
  values: AccountValues,
  context: CommandContext,
): Promise<CommandOutcome> {
  const wanted = readAmount(amount);
  return withClients(values, ROLE, context, async (connected) => {
    const { wallet } = await readFunding(connected, 0n);
    await context.progress.during("depositing", depositToEscrow(connected, wanted, wallet));
    return balancesOf(connected, values);
  });
}

/**
 * Moves RLC from the escrow of an account back to it.
 *
 * @throws {@link UsageError}; `PocoRevertError`
 */
export function runWithdrawCommand(
  amount: string,
  values: AccountValues,
  context: CommandContext,
): Promise<CommandOutcome> {
  const wanted = readAmount(amount);
  return withClients(values, ROLE, context, async (connected) => {
    const { hub } = connected.clients.contracts;
    await context.progress.during("withdrawing", sendAndWait(hub.withdraw(wanted)));
    return balancesOf(connected, values);
  });
}

async function balancesOf(connected: Connected, { json }: AccountValues): Promise<CommandOutcome> {
  const { clients, signer, provider } = connected;
  const [coin, { wallet, escrow }, { locked }] = await Promise.all([
    provider.getBalance(signer.address),
    readFunding(connected, 0n),
    clients.contracts.hub.viewAccount(signer.address),
  ]);
  const object = {
    address: signer.address,
    coin: `${coin}`,
    wallet: `${wallet}`,
    escrow: `${escrow}`,
    locked: `${locked}`,
  };
  const text = [
    `Account  ${signer.address}`,
    `Coin     ${formatEther(coin)}, for gas`,
    `Wallet   ${formatRlc(wallet)} RLC`,
    `Escrow   ${formatRlc(escrow)} RLC free, ${formatRlc(locked)} RLC locked in deals`,
  ].join("\n");
  return { code: 0, stdout: json === true ? JSON.stringify(object, null, 2) : text, stderr: "" };
}

function readAmount(text: string): bigint {
  try {
    const amount = parseRlc(text);
    if (amount > 0n) return amount;
  } catch (error) {
    if (!(error instanceof InvalidFieldError)) throw error;
  }
  throw new UsageError(`The amount is ${text}: give RLC, such as 20 or 0.5.`);
}

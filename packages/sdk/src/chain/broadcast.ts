import { isError, type Provider } from "ethers";

/**
 * What a node made of a transaction: it has it; the transaction's number was used, or is too high for now; another
 * transaction of that number pays as much; or it did not answer, so that nobody knows.
 */
export type Reception = "taken" | "numberUsed" | "numberTooHigh" | "underpriced" | "unknown";

/** An account that cannot pay for the gas of a transaction. */
export class CoinsMissingError extends Error {
  override readonly name = "CoinsMissingError";

  constructor(account: string, options: ErrorOptions) {
    super(`Account ${account} has too few coins for the gas of a transaction: send coins to it.`, options);
  }
}

/** How nodes say it, where ethers has no code for it. */
const SAYINGS: readonly (readonly [RegExp, Reception])[] = [
  [/already known|known transaction|already exists|already imported/i, "taken"],
  [/nonce (?:is )?too high/i, "numberTooHigh"],
  [/nonce (?:is )?too low|nonce has already been used/i, "numberUsed"],
  [/underpriced|gas price .*too low|max fee per gas less than block base fee/i, "underpriced"],
];

/**
 * Hands a signed transaction to a node.
 *
 * @throws {@link CoinsMissingError}, and whatever else a node refuses a transaction for.
 */
export async function broadcast(provider: Provider, account: string, signed: string): Promise<Reception> {
  try {
    await provider.broadcastTransaction(signed);
    return "taken";
  } catch (error) {
    if (isError(error, "NONCE_EXPIRED")) return "numberUsed";
    if (isError(error, "REPLACEMENT_UNDERPRICED")) return "underpriced";
    if (isError(error, "INSUFFICIENT_FUNDS") || /enough funds|insufficient funds/i.test((error as Error).message))
      throw new CoinsMissingError(account, { cause: error });
    if (isError(error, "SERVER_ERROR") || isError(error, "TIMEOUT") || isError(error, "NETWORK_ERROR"))
      return "unknown";
    const { message } = error as Error;
    const reception = SAYINGS.find(([saying]) => saying.test(message))?.[1];
    if (reception === undefined) throw error;
    return reception;
  }
}

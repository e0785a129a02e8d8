import { Wallet, type ContractTransactionResponse } from "ethers";

import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { orRevertReason } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { ONE_RLC } from "@poco-marketplace/sdk/protocol/format.js";
import type { ChainAccount } from "./chain/accounts.js";

/** The least that each account has in its wallet, in nRLC. */
const WALLET = 1_000n * ONE_RLC;
/** The least that accounts of these roles have in escrow, as stake. */
const STAKES: readonly [role: RegExp, amount: bigint][] = [
  [/^workerpool owner$/, 10_000n * ONE_RLC],
  [/^worker /, 100n * ONE_RLC],
];
/** The least that the protocol's owner has in its wallet, in nRLC. */
const TREASURY = 10_000n * ONE_RLC;

/** Tops up the accounts of a development chain from the token's faucet. */
export async function fund(rpc: string, { chainId, poco }: Manifest, accounts: readonly ChainAccount[]): Promise<void> {
  const provider = openProvider(rpc, chainId);
  try {
    const contracts = await connectContracts(poco, provider);
    const limit = await contracts.token.faucetLimit();
    await Promise.all(
      accounts.map(async ({ address, privateKey, role }) => {
        const wallet = new Wallet(privateKey, provider);
        const token = contracts.token.connect(wallet);
        const stake = STAKES.find(([who]) => who.test(role))?.[1] ?? 0n;
        const staked = (await contracts.hub.viewAccount(address)).stake;
        const toDeposit = staked < stake ? stake - staked : 0n;
        const wanted = (role === "protocol owner" ? TREASURY : WALLET) + toDeposit;
        let nonce = await wallet.getNonce();
        const sent: Promise<ContractTransactionResponse>[] = [];
        for (let missing = wanted - (await token.balanceOf(address)); missing > 0n; missing -= limit)
          sent.push(token.faucet(missing < limit ? missing : limit, { nonce: nonce++ }));
        await Promise.all(sent.map((transaction) => orRevertReason(transaction)));
        if (toDeposit > 0n) await orRevertReason(token.approveAndCall(poco, toDeposit, "0x", { nonce }));
      }),
    );
  } finally {
    provider.destroy();
  }
}

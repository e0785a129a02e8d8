import { expect } from "chai";
import type { IExec } from "iexec";

import { accountOf, clientOf, newcomerAt, theNetwork, type RunningNetwork } from "./network.js";

const ONE_RLC = 1_000_000_000;
const CHECKSUM = `0x${"5a".repeat(32)}`;

describe("The official client, of wallets and assets,", () => {
  let network: RunningNetwork;
  let owner: IExec;
  let developer: IExec;

  before(async () => {
    network = await theNetwork();
    owner = clientOf(network, "protocol owner");
    developer = clientOf(network, "app developer");
  });

  const addressOf = (role: string) => accountOf(network, role).address;

  async function holdings(address: string) {
    const { wei, nRLC } = await owner.wallet.checkBalances(address);
    return { wei: wei.toString(), nRLC: nRLC.toString() };
  }

  it("finds coins and RLC in a wallet, and sends them", async () => {
    const to = "0x00000000000000000000000000000000000000AA";
    await owner.wallet.sendETH(7n as never, to);
    await owner.wallet.sendRLC(3, to);

    const balances = await owner.wallet.checkBalances(to);

    expect([balances.wei.toString(), balances.nRLC.toString()]).to.deep.equal(["7", "3"]);
    const mine = await owner.wallet.checkBalances(addressOf("protocol owner"));
    expect(mine.nRLC.toNumber()).to.be.at.least(9_000 * ONE_RLC);
  });

  it("deposits and withdraws", async () => {
    const before = await developer.account.checkBalance(addressOf("app developer"));

    const { amount } = await developer.account.deposit(2 * ONE_RLC);
    await developer.account.withdraw(ONE_RLC);

    const after = await developer.account.checkBalance(addressOf("app developer"));
    expect(String(amount)).to.equal(String(2 * ONE_RLC));
    expect(after.stake.sub(before.stake).toNumber()).to.equal(ONE_RLC);
  });

  it("sweeps a wallet, and lets somebody else spend from the account", async () => {
    const { client: newcomer, address } = newcomerAt(network);
    await owner.wallet.sendETH((10n ** 17n) as never, address);
    await owner.wallet.sendRLC(5, address);
    await newcomer.account.deposit(2);
    const [holder, spender] = [await newcomer.wallet.getAddress(), addressOf("beneficiary")];

    await newcomer.account.approve(2, spender);
    expect(String(await newcomer.account.checkAllowance(holder, spender))).to.equal("2");
    await newcomer.account.revokeApproval(spender);
    expect(String(await newcomer.account.checkAllowance(holder, spender))).to.equal("0");

    const { address: heir } = newcomerAt(network);
    const swept = await newcomer.wallet.sweep(heir);
    expect(swept).to.not.have.property("errors");
    expect([swept.sendERC20TxHash, swept.sendNativeTxHash].join()).to.match(/^0x[0-9a-f]{64},0x[0-9a-f]{64}$/);
    expect(await holdings(heir)).to.deep.include({ nRLC: "3" });
    expect(BigInt((await holdings(heir)).wei)).to.be.greaterThan(9n * 10n ** 16n);
    expect(await holdings(holder)).to.deep.equal({ wei: "0", nRLC: "0" });
  });

  it("says what stands in the way of a deposit", async () => {
    const all = await developer.wallet.checkBalances(addressOf("app developer"));
    const error = await developer.account.deposit(all.nRLC.addn(1)).catch((reason: unknown) => reason as Error);
    expect((error as Error).message).to.contain("wallet balance");
  });

  it("deploys an app where it predicted it, and shows, counts and transfers it", async () => {
    const app = {
      owner: addressOf("app developer"),
      name: "hello",
      type: "DOCKER" as const,
      multiaddr: "registry.example/hello:1.0.0",
      checksum: CHECKSUM,
    };
    const predicted = await developer.app.predictAppAddress(app);
    const count = await developer.app.countUserApps(addressOf("app developer"));

    const { address } = await developer.app.deployApp(app);

    expect(address).to.equal(predicted);
    expect(await developer.app.checkDeployedApp(address)).to.equal(true);
    const { app: shown } = await developer.app.showApp(address);
    expect(shown).to.include({ appName: "hello", appMultiaddr: app.multiaddr, appChecksum: CHECKSUM });
    expect((await developer.app.countUserApps(addressOf("app developer"))).sub(count).toNumber()).to.equal(1);
    expect((await developer.app.showUserApp(count, addressOf("app developer"))).objAddress).to.equal(address);
    await developer.app.transferApp(address, addressOf("requester"));
    expect((await developer.app.showApp(address)).app.owner).to.equal(addressOf("requester"));
  });

  it("deploys a dataset, shows, counts and transfers it", async () => {
    const dataset = {
      owner: addressOf("app developer"),
      name: "numbers",
      multiaddr: "/p2p/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ",
      checksum: CHECKSUM,
    };

    const { address } = await developer.dataset.deployDataset(dataset);

    expect(address).to.equal(await developer.dataset.predictDatasetAddress(dataset));
    const { dataset: shown } = await developer.dataset.showDataset(address);
    expect(shown).to.include({ datasetName: "numbers", datasetMultiaddr: dataset.multiaddr });
    expect(await developer.dataset.checkDeployedDataset(address)).to.equal(true);
    const count = await developer.dataset.countUserDatasets(addressOf("app developer"));
    const last = await developer.dataset.showUserDataset(count.subn(1), addressOf("app developer"));
    expect(last.objAddress).to.equal(address);
    await developer.dataset.transferDataset(address, addressOf("requester"));
    expect((await developer.dataset.showDataset(address)).dataset.owner).to.equal(addressOf("requester"));
  });

  it("deploys a workerpool, shows, counts and transfers it", async () => {
    const pool = { owner: addressOf("app developer"), description: `mine since ${Date.now()}` };

    const { address } = await developer.workerpool.deployWorkerpool(pool);

    expect(address).to.equal(await developer.workerpool.predictWorkerpoolAddress(pool));
    expect(await developer.workerpool.checkDeployedWorkerpool(address)).to.equal(true);
    const { workerpool: shown } = await developer.workerpool.showWorkerpool(address);
    expect(shown.workerpoolDescription).to.equal(pool.description);
    expect(shown.workerStakeRatioPolicy.toNumber()).to.equal(30);
    expect((await developer.workerpool.countUserWorkerpools(addressOf("app developer"))).toNumber()).to.equal(1);
    expect((await developer.workerpool.showUserWorkerpool(0, addressOf("app developer"))).objAddress).to.equal(address);
    await developer.workerpool.transferWorkerpool(address, addressOf("requester"));
    expect((await developer.workerpool.showWorkerpool(address)).workerpool.owner).to.equal(addressOf("requester"));
  });

  it("knows the chain, where the pool's scheduler is, five categories, and one for development", async () => {
    expect(await owner.network.getNetwork()).to.include({ chainId: "421614" });
    expect(await owner.workerpool.getWorkerpoolApiUrl(network.workerpool!)).to.equal(network.scheduler);
    const hub = (await import("iexec")).IExecHubModule.fromConfig(owner.config);
    expect((await hub.countCategory()).toNumber()).to.be.at.least(6);
    expect((await hub.getTimeoutRatio()).toNumber()).to.equal(10);
    expect(String((await hub.showCategory(5)).workClockTimeRef)).to.equal("6");
  });
});

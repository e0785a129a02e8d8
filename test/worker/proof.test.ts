import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";

import { openSignerSender } from "@poco-marketplace/cli/demo/signerSender.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { measureApp, type Measurement } from "@poco-marketplace/enclave/app/measurement.js";
import { appOfModule } from "@poco-marketplace/enclave/app/moduleApp.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { parseTag, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { EvidenceRefusedError, openProver } from "@poco-marketplace/services/worker/proof.js";
import { App__factory, IPlatformRegistry__factory, ITeeBroker__factory } from "../../typechain-types/index.js";
import { PERIOD } from "../attestation/simulation.js";
import { DAY } from "../attestation/vectors.js";
import { rejection } from "../fixtures/rejection.js";
import { registerAssets } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";
import { createWorld } from "../fixtures/world.js";

const FUNDS = 1_000_000_000n;
const APP = appOfModule("app.mjs", Buffer.from("// computes"));

/** A task for enclaves, on a hub that believes platforms under a simulated root, and a worker with such a platform. */
async function openTask(kind: "package" | "image" = "package") {
  const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
  const authority = await createAuthority(PERIOD);
  const rootOfTrust = { simulated: authority.root.certificate };
  const world = await createWorld(connection, { parameters: { rootOfTrust } });
  const { accounts, rlc, poco } = world;
  for (const payer of [accounts.requester, accounts.scheduler]) {
    await rlc.connect(payer).faucet(FUNDS);
    await rlc.connect(payer).approveAndCall(poco, FUNDS, "0x");
  }
  const market = { ...world, ...(await registerAssets(world)) };
  const { appProvider } = await createActors(market);
  const publish = async () => App__factory.connect((await appProvider.publish("app", APP)).app, accounts.appProvider);
  const contract = kind === "image" ? market.app : await publish();
  const actors = await createActors({ ...market, app: contract });
  const { dealId } = await actors.requester.match(await actors.orders({ tag: parseTag(["tee"]) }));
  const { taskId } = await actors.scheduler.initialize(dealId, 0n);

  const processor = simulatedProcessor(await certifyMachine(createMachine(), authority, PERIOD));
  const { provider } = connection.ethers;
  const prover = openProver({ hub: poco, provider, sender: openSignerSender(accounts.worker1) }, processor);
  const enclave = Wallet.createRandom().address as Address;
  const binding = { worker: accounts.worker1.address as Address, taskId, enclave, encryptionKey: new Uint8Array(32) };
  const measured: Measurement =
    kind === "image" ? { kind, digest: (await contract.m_appChecksum()) as Hex } : measureApp(APP);
  const quote = processor.quote(measured, encodeReportData(binding));
  const permit = await actors.scheduler.authorize(binding.worker, taskId, enclave);
  return { ...world, prover, quote, permit, place: { dealId, index: 0n } };
}

describe("What proves a worker's enclaves on chain", () => {
  it("registers the worker's platform, once", async () => {
    const { prover, manifest, accounts } = await openTask();

    const [steps, meanwhile] = await Promise.all([prover.registerPlatform(), prover.registerPlatform()]);

    expect(meanwhile).to.deep.equal([]);
    expect(steps.map(({ call }) => call)).to.deep.equal(["registerChain", "registerAttestationKey"]);
    expect(await prover.registerPlatform()).to.deep.equal([]);
    const registry = IPlatformRegistry__factory.connect(manifest.attestation!.platformRegistry, accounts.owner);
    expect(await registry.queryFilter(registry.filters.AttestationKeyRegistered())).to.have.lengthOf(1);
  });

  it("shows the quote to a broker that believes quotes, and registers the platform for that if need be", async () => {
    const { prover, permit, place, quote } = await openTask();

    const { sign, verdict } = await prover.prove(permit, place, quote);

    expect(sign.length).to.be.greaterThan(1000);
    expect(verdict).to.match(/^TEE broker 0x\w{40} accepts the SGX quote of this enclave: certificate 0x/);
  });

  it("registers the key of trust domains too, for an image, where that of enclaves is registered", async () => {
    const { prover, permit, place, quote, manifest, accounts } = await openTask("image");
    const { id } = simulatedRuntime();
    await ITeeBroker__factory.connect(manifest.attestation!.teeBroker, accounts.owner).approveRuntime(id);
    await prover.registerPlatform();

    const { verdict } = await prover.prove(permit, place, quote);

    expect(verdict).to.match(/^TEE broker 0x\w{40} accepts the TDX quote of this enclave: certificate 0x/);
    expect(verdict).to.match(new RegExp(`, image 0x\\w{64}, runtime ${id}\\.$`));
  });

  it("says that a broker does not approve the runtime of an image", async () => {
    const { prover, permit, place, quote } = await openTask("image");

    const { message } = await rejection(prover.prove(permit, place, quote), EvidenceRefusedError);

    expect(message).to.contain("The runtime of the trust domain is not approved");
  });

  it("says why a broker refuses the quote of another enclave", async () => {
    const { prover, permit, place, quote } = await openTask();
    const other = { ...permit, enclave: Wallet.createRandom().address as Address };

    const { message } = await rejection(prover.prove(other, place, quote), EvidenceRefusedError);

    expect(message).to.match(/^TEE broker 0x\w{40} refuses the quote of enclave 0x\w{40}: /);
  });

  it("shows the permit alone where the hub's TEE broker is not a contract", async () => {
    const { prover, permit, place, quote, poco, accounts } = await openTask();

    for (const broker of [accounts.broker.address, "0x0000000000000000000000000000000000000000"]) {
      await poco.setTeeBroker(broker);
      expect(await prover.prove(permit, place, quote)).to.deep.equal({ sign: permit.sign });
    }
  });
});

import { expect } from "chai";
import { network } from "hardhat";

import { AttestedWorker } from "@poco-marketplace/cli/demo/actors/AttestedWorker.js";
import { WrongProgramError } from "@poco-marketplace/cli/demo/actors/Worker.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { TaskStatus, parseTag, type Address } from "@poco-marketplace/sdk/index.js";
import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { bindingOf } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { findApp } from "@poco-marketplace/enclave/app/moduleApp.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { sealSession } from "@poco-marketplace/enclave/session/session.js";
import { IPlatformRegistry__factory } from "../../typechain-types/index.js";
import { PERIOD } from "../attestation/simulation.js";
import { DAY } from "../attestation/vectors.js";
import { script } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";
import { registerAssets } from "../fixtures/scenes.js";
import { createTroupe, PRICES, requestFor } from "../fixtures/troupe.js";
import { openWorkshop } from "../fixtures/workshop.js";
import { createWorld } from "../fixtures/world.js";

const FUNDS = 1_000_000_000n;
const TEE = parseTag(["tee"]);
const PROGRAM = script(`
  const data = fs.readFileSync(path.join(process.env.IEXEC_IN, process.env.IEXEC_DATASET_FILENAME));
  write("result.txt", data.subarray(0, 2).toString());
  computed({ "deterministic-output-path": path.join(out, "result.txt") });
`);

describe("A worker whose enclaves prove themselves", () => {
  let workshop: Awaited<ReturnType<typeof openWorkshop>>;

  beforeEach(async () => {
    workshop = await openWorkshop();
  });
  afterEach(() => workshop.remove());

  /** A deal about an app and a protected file, on a hub that believes platforms under a simulated root. */
  async function openTask() {
    const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
    const authority = await createAuthority(PERIOD);
    const rootOfTrust = { simulated: authority.root.certificate };
    const world = await createWorld(connection, { parameters: { rootOfTrust } });
    const { cast, rlc, poco } = world;
    for (const payer of [cast.requester, cast.scheduler]) {
      await rlc.connect(payer).faucet(FUNDS);
      await rlc.connect(payer).approveAndCall(poco, FUNDS, "0x");
    }
    const market = { ...world, ...(await registerAssets(world)) };
    const troupe = await createTroupe(market, workshop);
    const path = await workshop.write("measure.mjs", PROGRAM);
    const app = await findApp(path);
    const published = await troupe.appProvider.publish("measure", path, measureApp(app).mrEnclave);
    const { dataset, checksum } = await troupe.dataProvider.publish("text", Buffer.from("some text"));
    const offers = await troupe.orders({ tag: TEE });
    const { dealId } = await troupe.requester.match({
      workerpool: offers.workerpool,
      app: await troupe.appProvider.offer({ app: published.app, appprice: PRICES.app, tag: TEE }),
      dataset: await troupe.dataProvider.offer({ dataset, datasetprice: PRICES.dataset }),
      request: await troupe.requester.ask(requestFor({ ...troupe.assets, app: published.app, dataset }, { tag: TEE })),
    });
    const { taskId } = await troupe.scheduler.initialize(dealId, 0n);

    /** Releases the secrets of the task to whoever asks, in a session as the secret service would seal it. */
    const secrets: Pick<SecretsClient, "openSession"> = {
      async openSession(request) {
        const key = await workshop.vault.read({ kind: "dataset", dataset });
        const session = await sealSession(bindingOf(request), {
          taskId,
          dealId,
          index: 0n,
          botFirst: 0n,
          botSize: 1n,
          inputFiles: [],
          dataset: { address: dataset, checksum, key: key! },
          requesterSecrets: {},
          storage: { provider: "ipfs" },
        });
        return { session, released: [], withheld: [] };
      },
    };
    const processor = simulatedProcessor(await certifyMachine(createMachine(), authority, PERIOD));
    const apps = new Map([[published.app, app]]);
    const appOf = (bought: Address) => apps.get(bought);
    const worker = new AttestedWorker(troupe.contracts, cast.worker1, { ...workshop, processor, appOf, secrets });
    return { ...world, ...troupe, worker, apps, taskId };
  }

  it("is paid for what its enclave did, once its platform is registered", async () => {
    const { worker, scheduler, poco, manifest, taskId, cast } = await openTask();
    const steps = await worker.enrol();
    const enclave = await worker.enter(taskId);
    const { binding } = enclave.identity;
    const permit = await scheduler.authorize(binding.worker, taskId, binding.enclave);

    const done = await worker.runIn(enclave, permit);
    await worker.contributeAndFinalize(done, permit);

    expect(steps.map(({ call }) => call)).to.deep.equal(["registerChain", "registerAttestationKey"]);
    expect(await worker.enrol()).to.deep.equal([]);
    const { platformRegistry } = manifest.attestation!;
    const registry = IPlatformRegistry__factory.connect(platformRegistry, cast.owner);
    expect(await registry.queryFilter(registry.filters.AttestationKeyRegistered())).to.have.lengthOf(1);
    const { status, resultDigest, results } = await poco.viewTask(taskId);
    expect({ status, resultDigest, results }).to.deep.equal({
      status: TaskStatus.COMPLETED,
      resultDigest: done.digest,
      results: done.results,
    });
    const { enclaveChallenge } = await poco.viewContribution(taskId, binding.worker);
    expect(enclaveChallenge).to.equal(binding.enclave);
  });

  it("shows the scheduler's permit alone where the hub's TEE broker is no contract", async () => {
    const { worker, scheduler, poco, taskId, cast } = await openTask();
    const enclave = await worker.enter(taskId);
    await enclave.stop();
    const { binding, quote } = enclave.identity;
    const permit = await scheduler.authorize(binding.worker, taskId, binding.enclave);

    expect((await worker.prove(quote, permit)).length).to.be.greaterThan(1000);
    await poco.setTeeBroker(cast.broker);
    expect(await worker.prove(quote, permit)).to.equal(permit.sign);
    await poco.setTeeBroker("0x0000000000000000000000000000000000000000");
    expect(await worker.prove(quote, permit)).to.equal(permit.sign);
  });

  it("enters no enclave for an app that is not here", async () => {
    const { worker, apps, taskId } = await openTask();
    apps.clear();

    expect((await rejection(worker.enter(taskId), WrongProgramError)).message).to.include("is not on this machine");
  });
});

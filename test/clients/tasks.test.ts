import { randomBytes } from "node:crypto";

import { expect } from "chai";
import { utils, type IExec } from "iexec";
import JSZip from "jszip";
import { create } from "kubo-rpc-client";

import { generateResultKeyPair } from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { runPoco } from "../fixtures/runPoco.js";
import { publishIApp } from "./iapp.js";
import { accountOf, clientOf, theNetwork, type RunningNetwork } from "./network.js";

const READ = `
  const file = path.join(process.env.IEXEC_IN, process.env.IEXEC_DATASET_FILENAME);
  console.log("reading");
  const isRead = fs.readFileSync(file, "latin1").includes("the quick brown fox");
  done({ isRead, secret: process.env.IEXEC_REQUESTER_SECRET_1 });
`;

describe("The official client, of tasks in enclaves,", () => {
  let network: RunningNetwork;
  let developer: IExec;
  let provider: IExec;
  let requester: IExec;
  let app: string;
  let taskid: string;

  before(async () => {
    network = await theNetwork();
    developer = clientOf(network, "app developer");
    provider = clientOf(network, "data provider");
    requester = clientOf(network, "requester");
    app = await publishIApp(network, READ);
  });

  it("buys one on encrypted data, watches it, and reads a result that nobody else can", async () => {
    const dataset = await protect("the quick brown fox");
    const { publicKey, privateKey } = await generateResultKeyPair();
    await requester.result.pushResultEncryptionKey(publicKey, { forceUpdate: true });
    const name = randomBytes(16).toString("hex");
    await requester.secrets.pushRequesterSecret(name, "hush");

    const apporder = await developer.order.signApporder(
      await developer.order.createApporder({ app, tag: ["tee", "tdx"] }),
      { preflightCheck: false },
    );
    const datasetorder = await provider.order.signDatasetorder(
      await provider.order.createDatasetorder({ dataset, tag: ["tee", "tdx"] }),
    );
    const { orders } = await requester.orderbook.fetchWorkerpoolOrderbook({
      workerpool: network.workerpool!,
      category: 0,
    });
    const requestorder = await requester.order.signRequestorder(
      await requester.order.createRequestorder({
        app,
        dataset,
        category: 0,
        tag: ["tee", "tdx"],
        params: { iexec_result_encryption: true, iexec_secrets: { 1: name } },
      }),
      { preflightCheck: false },
    );
    const workerpoolorder = orders[0]!.order;
    const startedAt = Date.now();
    const { dealid } = await requester.order.matchOrders(
      { apporder, datasetorder, workerpoolorder, requestorder },
      { preflightCheck: false },
    );

    taskid = await requester.deal.computeTaskId(dealid, 0);
    const [heard, ofDeal] = await Promise.all([
      observe(await requester.task.obsTask(taskid, { dealid })),
      observe(await requester.deal.obsDeal(dealid)),
    ]);
    const seconds = (Date.now() - startedAt) / 1000;

    expect(heard.at(-1), `after ${seconds} s`).to.equal("TASK_COMPLETED");
    const archive = await (await requester.task.fetchResults(taskid)).arrayBuffer();
    const result = await JSZip.loadAsync(await utils.decryptResult(Buffer.from(archive), privateKey));
    const said: unknown = JSON.parse(await result.file("said.json")!.async("string"));
    expect(said).to.deep.equal({ isRead: true, secret: "hush" });
    expect((await requester.task.show(taskid)).statusName).to.equal("COMPLETED");

    expect(ofDeal.at(-1)).to.equal("DEAL_COMPLETED");
    const { deal: book, order } = requester;
    for (const { deals } of [
      await book.fetchDealsByApporder(await order.hashApporder(apporder)),
      await book.fetchDealsByDatasetorder(await order.hashDatasetorder(datasetorder)),
      await book.fetchDealsByRequestorder(await order.hashRequestorder(requestorder)),
    ]) {
      expect(deals.map((deal) => deal.dealid)).to.deep.equal([dealid]);
    }
    const { task, replicates } = await requester.task.fetchOffchainInfo(taskid);
    expect(task.status).to.equal("COMPLETED");
    expect(replicates.map(({ exitCode, status }) => ({ exitCode, status }))).to.deep.equal([
      { exitCode: 0, status: "COMPLETED" },
    ]);
    expect((await requester.task.fetchLogs(taskid)).map(({ stdout }) => stdout)).to.deep.equal(["reading\n"]);
  });

  it("can read what the chain said of the enclave's quote", async () => {
    const { file, manifest } = network;
    // The file has the requester's key, for whom the logs are.
    const { code, stdout } = await runPoco(["task", taskid, "--network", file]);

    expect(code, stdout).to.equal(0);
    const { appChecksum } = (await requester.app.showApp(app)).app;
    const { teeBroker } = manifest.attestation!;
    expect(stdout)
      .to.contain(
        `its SGX quote was verified on chain by ${teeBroker}\n    it measured the deal's app, ${appChecksum}\n`,
      )
      .and.contain("under a SIMULATED root")
      .and.contain(`TEE broker ${teeBroker} accepts the SGX quote of this enclave`);
  });

  /** A dataset that only enclaves can read. */
  async function protect(text: string): Promise<string> {
    const key = provider.dataset.generateEncryptionKey();
    const zip = await new JSZip().file("file", text).generateAsync({ type: "nodebuffer" });
    const encrypted = await provider.dataset.encrypt(zip, key);
    const { cid } = await create({ url: network.ipfsNode }).add(encrypted);
    const { address } = await provider.dataset.deployDataset({
      owner: accountOf(network, "data provider").address,
      name: `words ${randomBytes(4).toString("hex")}`,
      multiaddr: `/ipfs/${cid.toString()}`,
      checksum: await provider.dataset.computeEncryptedFileChecksum(encrypted),
    });
    await provider.dataset.pushDatasetSecret(address, key);
    return address;
  }
});

/** All that an observer hears until there is nothing more to hear. */
async function observe(observable: {
  subscribe(observer: { next(said: { message: string }): void; error(reason: Error): void; complete(): void }): unknown;
}): Promise<string[]> {
  const heard: string[] = [];
  return new Promise((resolve, reject) => {
    observable.subscribe({
      next: ({ message }) => heard.push(message),
      error: reject,
      complete: () => resolve(heard),
    });
  });
}

import { expect } from "chai";
import { utils, type IExec } from "iexec";
import JSZip from "jszip";

import { olderFacts, unpackOlderState } from "../fixtures/olderState.js";
import { clientOf } from "./network.js";
import { startNetworkIn, type RunningNetwork } from "./startNetwork.js";

describe("A network that goes on from the state folder of an older version", () => {
  const { app, dataset, dealid, taskid, privateKey } = olderFacts();
  let network: RunningNetwork;
  let requester: IExec;

  before(async () => {
    network = await startNetworkIn(unpackOlderState(), {});
    requester = clientOf(network, "requester");
  });
  after(async () => {
    await network?.stop();
  });

  it("still has its deal, and the result, which the key of then decrypts", async () => {
    const deal = await requester.deal.show(dealid);
    expect(deal.app.pointer).to.equal(app);
    expect(deal.dataset.pointer).to.equal(dataset);
    expect((await requester.task.show(taskid)).statusName).to.equal("COMPLETED");
    expect(await resultOf(taskid)).to.deep.equal({ isRead: true, secret: "hush" });
  });

  it("makes a deal of the orders and secrets of then, and a worker of today does it", async () => {
    const { order, orderbook } = requester;
    const apporder = first(await orderbook.fetchAppOrderbook({ app })).order;
    const datasetorder = first(await orderbook.fetchDatasetOrderbook({ dataset, app })).order;
    const { workerpool } = network;
    const pools = await orderbook.fetchWorkerpoolOrderbook({ workerpool: workerpool!, category: 0 });
    const params = { iexec_result_encryption: true, iexec_secrets: { 1: "hush" } };
    const unsigned = await order.createRequestorder({ app, dataset, category: 0, tag: ["tee", "tdx"], params });
    const requestorder = await order.signRequestorder(unsigned);

    const made = await order.matchOrders({ apporder, datasetorder, workerpoolorder: first(pools).order, requestorder });
    const next = await requester.deal.computeTaskId(made.dealid, 0);
    const seen: string[] = [];
    const status = await requester.task.obsTask(next, { dealid: made.dealid });
    await new Promise<void>((complete, error) =>
      status.subscribe({ next: ({ message }) => seen.push(message), error, complete }),
    );

    expect(seen.at(-1), seen.join(", ")).to.equal("TASK_COMPLETED");
    expect(await resultOf(next)).to.deep.equal({ isRead: true, secret: "hush" });
  });

  /** Downloads the encrypted result of a task, and reads what the app wrote. */
  async function resultOf(task: string): Promise<unknown> {
    const archive = await (await requester.task.fetchResults(task)).arrayBuffer();
    const result = await JSZip.loadAsync(await utils.decryptResult(Buffer.from(archive), privateKey));
    return JSON.parse(await result.file("said.json")!.async("string"));
  }
});

/** Takes the cheapest of the orders that the market listed. */
function first<T>({ orders }: { readonly orders: readonly T[] }): T {
  expect(orders.length).to.be.greaterThan(0);
  return orders[0]!;
}

import { expect } from "chai";
import { network } from "hardhat";

import {
  OrderKind,
  OrderOperation,
  dealId,
  hashOrder,
  signOrderOperation,
  type SignedDealOrders,
} from "@poco-marketplace/sdk/index.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);

/** Orders that fit, none of them signed. */
async function unsignedOrders() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { app, dataset, workerpool, request } = await actors.orders();
  const orders: SignedDealOrders = {
    app: { ...app, sign: "0x" },
    dataset: { ...dataset, sign: "0x" },
    workerpool: { ...workerpool, sign: "0x" },
    request: { ...request, sign: "0x" },
  };
  return { ...market, ...actors, unsigned: orders };
}

type Scene = Awaited<ReturnType<typeof unsignedOrders>>;

/** Everyone presigns its order on chain. */
async function presign({ poco, accounts, unsigned: { app, dataset, workerpool, request } }: Scene): Promise<void> {
  const sign = { operation: OrderOperation.SIGN, sign: "0x" };
  await poco.connect(accounts.appProvider).manageAppOrder({ order: app, ...sign });
  await poco.connect(accounts.datasetProvider).manageDatasetOrder({ order: dataset, ...sign });
  await poco.connect(accounts.scheduler).manageWorkerpoolOrder({ order: workerpool, ...sign });
  await poco.connect(accounts.requester).manageRequestOrder({ order: request, ...sign });
}

describe("A presigned deal", () => {
  it("is made of orders that nobody signed off chain", async () => {
    const scene = await networkHelpers.loadFixture(unsignedOrders);
    const { poco, accounts, requesterAs, unsigned, contracts } = scene;
    await presign(scene);

    const { dealId: made } = await requesterAs(accounts.anyone).match(unsigned);

    const hash = hashOrder(OrderKind.REQUEST, unsigned.request, contracts.domain);
    expect(made).to.equal(dealId(hash, 0n));
    expect(await poco.viewPresigned(hash)).to.equal(accounts.requester.address);
    expect((await poco.viewDeal(made)).requester).to.equal(accounts.requester.address);
  });

  it("is not made while one of them is missing its presignature", async () => {
    const { poco, accounts, unsigned, contracts } = await networkHelpers.loadFixture(unsignedOrders);
    const { app, dataset, workerpool, request } = unsigned;

    const sent = poco.connect(accounts.anyone).matchOrders(app, dataset, workerpool, request);

    await expect(sent)
      .to.be.revertedWithCustomError(poco, "NotSigned")
      .withArgs(0n, hashOrder(OrderKind.APP, app, contracts.domain), accounts.appProvider.address);
  });

  it("can be presigned and closed by anyone who holds the owner's signature of the operation", async () => {
    const scene = await networkHelpers.loadFixture(unsignedOrders);
    const { poco, accounts, unsigned, contracts } = scene;
    const { app, dataset, workerpool, request } = unsigned;
    const { domain } = contracts;
    const hash = hashOrder(OrderKind.REQUEST, request, domain);
    const asAnyone = poco.connect(accounts.anyone);
    const signed = (operation: OrderOperation) =>
      signOrderOperation(accounts.requester, { kind: OrderKind.REQUEST, order: request, operation, domain });

    const signing = { order: request, operation: OrderOperation.SIGN, sign: await signed(OrderOperation.SIGN) };
    await expect(asAnyone.manageRequestOrder(signing)).to.emit(poco, "SignedRequestOrder").withArgs(hash);
    const closing = { order: request, operation: OrderOperation.CLOSE, sign: await signed(OrderOperation.CLOSE) };
    await expect(asAnyone.manageRequestOrder(closing)).to.emit(poco, "ClosedRequestOrder").withArgs(hash);

    await presign(scene);
    expect(await poco.viewConsumed(hash)).to.equal(request.volume);
    await expect(asAnyone.matchOrders(app, dataset, workerpool, request))
      .to.be.revertedWithCustomError(poco, "OrderExhausted")
      .withArgs(3n, hash, request.volume);
  });
});

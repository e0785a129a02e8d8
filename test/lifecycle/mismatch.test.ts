import { expect } from "chai";
import { network } from "hardhat";

import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { readMatchingFacts } from "@poco-marketplace/sdk/chain/matchingFacts.js";
import {
  OrderKind,
  findMismatches,
  hashOrder,
  parseTag,
  signOrder,
  type Address,
  type DealOrders,
  type Mismatch,
  type SignedDealOrders,
} from "@poco-marketplace/sdk/index.js";
import { withChanges, type Changes } from "../fixtures/deal.js";
import { rejection } from "../fixtures/rejection.js";
import { FUNDS, scenes } from "../fixtures/scenes.js";
import { appOfModule } from "@poco-marketplace/enclave/app/moduleApp.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const TEE = parseTag(["tee"]);

/** Four orders that match, a group that worker 1 is in, and another registered app. */
async function market() {
  const world = await marketWorld();
  const actors = await createActors(world);
  const group = await ethers.deployContract("MemberGroup");
  await group.getFunction("add")(world.accounts.worker1);
  const { app: other } = await actors.appProvider.publish(
    "another",
    appOfModule("another.mjs", Buffer.from("// another")),
  );
  return {
    ...world,
    ...actors,
    good: await actors.orders({ volume: 2n, trust: 3n }),
    group: (await group.getAddress()) as Address,
    other,
  };
}

type Scene = Awaited<ReturnType<typeof market>>;

/** The good orders with changes, signed by who should sign them, or by somebody else. */
async function signAll(scene: Scene, orders: DealOrders, forged?: OrderKind): Promise<SignedDealOrders> {
  const { accounts, contracts } = scene;
  const { domain } = contracts;
  const signerOf = {
    app: accounts.appProvider,
    dataset: accounts.datasetProvider,
    workerpool: accounts.scheduler,
    request: accounts.requester,
  };
  const sign = <Kind extends OrderKind>(kind: Kind) =>
    signOrder(kind === forged ? accounts.anyone : signerOf[kind], { kind, order: orders[kind], domain });
  return {
    app: await sign(OrderKind.APP),
    dataset: await sign(OrderKind.DATASET),
    workerpool: await sign(OrderKind.WORKERPOOL),
    request: await sign(OrderKind.REQUEST),
  };
}

interface Breakage {
  readonly what: string;
  readonly reasons: readonly Mismatch["reason"][];
  readonly changes: (scene: Scene) => Changes;
  readonly forged?: OrderKind;
}

const BREAKAGES: readonly Breakage[] = [
  { what: "another category", reasons: ["CategoryMismatch"], changes: () => ({ request: { category: 1n } }) },
  {
    what: "a category that does not exist",
    reasons: ["UnknownCategory"],
    changes: () => ({ request: { category: 5n }, workerpool: { category: 5n } }),
  },
  { what: "more trust than the pool offers", reasons: ["TrustTooHigh"], changes: () => ({ request: { trust: 4n } }) },
  { what: "an app that costs more", reasons: ["PriceTooHigh"], changes: () => ({ app: { appprice: 334n } }) },
  {
    what: "a dataset that costs more",
    reasons: ["PriceTooHigh"],
    changes: () => ({ dataset: { datasetprice: 778n } }),
  },
  {
    what: "a pool that costs more",
    reasons: ["PriceTooHigh"],
    changes: () => ({ workerpool: { workerpoolprice: 10_002n } }),
  },
  {
    what: "a tag that the pool does not offer",
    reasons: ["TagNotCovered"],
    changes: () => ({ dataset: { tag: parseTag(["tee", "tdx"]) }, app: { tag: TEE } }),
  },
  {
    what: "a request for an enclave and an app that knows none",
    reasons: ["AppWithoutTee"],
    changes: () => ({ request: { tag: TEE }, workerpool: { tag: TEE } }),
  },
  { what: "another app", reasons: ["AssetMismatch"], changes: ({ other }) => ({ request: { app: other } }) },
  {
    what: "another dataset",
    reasons: ["AssetMismatch"],
    changes: ({ other }) => ({ request: { dataset: other } }),
  },
  {
    what: "a request for another pool",
    reasons: ["Restricted"],
    changes: ({ other }) => ({ request: { workerpool: other } }),
  },
  {
    what: "an app for other data",
    reasons: ["Restricted"],
    changes: ({ other }) => ({ app: { datasetrestrict: other } }),
  },
  {
    what: "data for a group that the requester is not in",
    reasons: ["Restricted"],
    changes: ({ group }) => ({ dataset: { requesterrestrict: group } }),
  },
  {
    what: "a pool for other apps",
    reasons: ["Restricted"],
    changes: ({ other }) => ({ workerpool: { apprestrict: other } }),
  },
  {
    what: "an app that is in no registry",
    reasons: ["NotRegistered", "NotSigned"],
    changes: ({ accounts }) => ({
      app: { app: accounts.anyone.address as Address },
      request: { app: accounts.anyone.address as Address },
    }),
  },
  ...Object.values(OrderKind).map((kind) => ({
    what: `a forged ${kind} order`,
    reasons: ["NotSigned"] as const,
    changes: () => ({}),
    forged: kind,
  })),
  { what: "an order for nothing", reasons: ["OrderExhausted"], changes: () => ({ dataset: { volume: 0n } }) },
  {
    what: "a price beyond the requester's means",
    reasons: ["ERC20InsufficientBalance"],
    changes: () => ({ app: { appprice: FUNDS }, request: { appmaxprice: FUNDS } }),
  },
  {
    what: "many things at once",
    reasons: ["CategoryMismatch", "TrustTooHigh", "PriceTooHigh", "OrderExhausted"],
    changes: () => ({ request: { category: 1n, trust: 9n, appmaxprice: 0n, volume: 0n } }),
  },
];

describe("Orders that do not match, for one reason: what is foretold is what the hub says", () => {
  for (const { what, reasons, changes, forged } of BREAKAGES) {
    it(`of ${what}`, async () => {
      const scene = await networkHelpers.loadFixture(market);
      const broken = await signAll(scene, withChanges(changes(scene), scene.good), forged);

      const foretold = findMismatches(broken, await readMatchingFacts(scene.contracts, broken));
      const { reason, args } = await rejection(scene.requester.match(broken), PocoRevertError);

      expect(foretold.map((mismatch) => mismatch.reason)).to.deep.equal(reasons);
      const first = foretold.find((mismatch) => mismatch.reason === reason)!;
      expect(first, `${reason} was not foretold`).not.to.equal(undefined);
      const { orderHash, ...told } = args;
      for (const [name, value] of Object.entries(told)) expect(wireValues(first), name).to.include(value);
      const hashes = Object.values(OrderKind).map((kind) => hashOrder(kind, broken[kind], scene.contracts.domain));
      expect([undefined, ...hashes]).to.include(orderHash);
    });
  }
});

describe("Orders that match", () => {
  it("are foretold to, and do", async () => {
    const { contracts, good, requester } = await networkHelpers.loadFixture(market);

    expect(findMismatches(good, await readMatchingFacts(contracts, good))).to.deep.equal([]);
    expect((await requester.match(good)).volume).to.equal(2n);
  });

  it("for a group are foretold to when the requester is a member, and do", async () => {
    const scene = await networkHelpers.loadFixture(market);
    const { accounts, contracts, group, good, requesterAs, requester } = scene;
    const restricted = withChanges({ dataset: { requesterrestrict: group } }, good);
    const asMember = requesterAs(accounts.worker1);
    const { sign: _, requester: __, ...wish } = good.request;
    const request = await asMember.ask(wish);
    const orders = { ...(await signAll(scene, restricted)), request };
    expect(findMismatches(orders, await readMatchingFacts(contracts, orders))).to.deep.equal([]);
    expect((await requester.match(orders)).volume).to.equal(2n);
  });
});

/** The values of a mismatch as the hub's error has them: kinds of orders are numbers there. */
function wireValues(mismatch: Mismatch): unknown[] {
  const kinds: readonly unknown[] = Object.values(OrderKind);
  const values: unknown[] = Object.values(mismatch);
  return values.map((value) => (kinds.includes(value) ? BigInt(kinds.indexOf(value)) : value));
}

import { expect } from "chai";
import { network } from "hardhat";

import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { readMatchingFacts } from "@poco-marketplace/sdk/chain/matchingFacts.js";
import {
  NULL_DATASET_ORDER,
  type OrderKind,
  findMismatches,
  parseTag,
  signOrder,
  type Address,
  type DealOrders,
  type SignedDealOrders,
} from "@poco-marketplace/sdk/index.js";
import { seededRandom, type Random } from "../fixtures/random.js";
import { scenes } from "../fixtures/scenes.js";
import { appOfModule } from "@poco-marketplace/enclave/app/moduleApp.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { marketWorld } = scenes(connection);

const ROUNDS = 200;
const SEED = 20261121n;
/** How often a field is changed, in per cent: most deals have a mistake or two, many have none. */
const CHANGED = 3;
/** How often the request and an order change together, in per cent, so that they fit each other and not the chain. */
const CHANGED_TOGETHER = 5;

const TAGS = [["tee"], ["tee", "scone"], ["tee", "tdx"], ["gpu"], []].map(parseTag);

/** Orders that match, others to confuse them with, and a group that knows the requester and the app. */
async function market() {
  const world = await marketWorld();
  const actors = await createActors(world);
  const { app: otherApp } = await actors.appProvider.publish(
    "another",
    appOfModule("another.mjs", Buffer.from("// another")),
  );
  const group = await ethers.deployContract("MemberGroup");
  await group.getFunction("add")(world.accounts.requester);
  await group.getFunction("add")(actors.assets.app);
  const strangers = [otherApp, (await group.getAddress()) as Address, world.accounts.anyone.address as Address];
  return {
    ...world,
    ...actors,
    good: await actors.orders({ volume: 3n, trust: 2n, tag: parseTag(["tee", "scone"]) }),
    strangers,
  };
}

type Scene = Awaited<ReturnType<typeof market>>;

describe("On random orders, what is foretold is what the hub does", () => {
  it(`in ${ROUNDS} rounds of seed ${SEED}`, async () => {
    const scene = await networkHelpers.loadFixture(market);
    const random = seededRandom(SEED);
    const told = { matched: 0, refused: 0, reasons: new Set<string>() };

    for (let round = 0; round < ROUNDS; round++) {
      const orders = await draw(scene, random);
      const foretold = findMismatches(orders, await readMatchingFacts(scene.contracts, orders)).map(
        ({ reason }) => reason,
      );
      const { app, dataset, workerpool, request } = orders;
      const said = await scene.contracts.hub
        .connect(scene.accounts.requester)
        .matchOrders.staticCall(app, dataset, workerpool, request)
        .then(
          () => undefined,
          (error: unknown) => decodeRevert(error)?.reason ?? String(error),
        );

      if (said === undefined) expect(foretold, `round ${round}`).to.deep.equal([]);
      else expect(foretold, `round ${round}`).to.include(said);
      told[said === undefined ? "matched" : "refused"]++;
      if (said !== undefined) told.reasons.add(said);
    }

    expect(told.matched, "matched").to.be.greaterThan(ROUNDS / 10);
    expect(told.refused, "refused").to.be.greaterThan(ROUNDS / 3);
    expect([...told.reasons].toSorted()).to.deep.equal([
      "AppWithoutTee",
      "AssetMismatch",
      "CategoryMismatch",
      "ERC20InsufficientBalance",
      "NotRegistered",
      "NotSigned",
      "OrderExhausted",
      "PriceTooHigh",
      "Restricted",
      "TagNotCovered",
      "TrustTooHigh",
      "UnknownCategory",
    ]);
  });
});

/** The good orders with some fields changed, signed by who should sign them, or now and then by somebody else. */
async function draw(scene: Scene, random: Random): Promise<SignedDealOrders> {
  const { accounts, contracts, good } = scene;
  const request = change("request");
  const withoutDataset = chance(random, 20);
  const nothing = { ...NULL_DATASET_ORDER, ...changesOf(random, scene, good.dataset, ["dataset"]) };
  const apart: DealOrders = {
    app: change("app"),
    dataset: withoutDataset ? nothing : change("dataset"),
    workerpool: change("workerpool"),
    request: withoutDataset ? { ...request, dataset: NULL_DATASET_ORDER.dataset } : request,
  };
  const changed = changeTogether(random, scene, apart);
  const signers = {
    app: accounts.appProvider,
    dataset: accounts.datasetProvider,
    workerpool: accounts.scheduler,
    request: accounts.requester,
  };
  const sign = <Kind extends OrderKind>(kind: Kind) =>
    signOrder(chance(random, 2) ? accounts.anyone : signers[kind], {
      kind,
      order: changed[kind],
      domain: contracts.domain,
    });
  return {
    app: await sign("app"),
    dataset: await sign("dataset"),
    workerpool: await sign("workerpool"),
    request: await sign("request"),
  };

  function change<Kind extends OrderKind>(kind: Kind): DealOrders[Kind] {
    return { ...good[kind], ...changesOf(random, scene, good[kind]) };
  }
}

/** A price beyond anybody's means, an app that is none, or a category that is not there: in both orders. */
function changeTogether(random: Random, { strangers }: Scene, orders: DealOrders): DealOrders {
  const { app, workerpool, request } = orders;
  if (!chance(random, 3 * CHANGED_TOGETHER)) return orders;
  const stranger = random.pick(strangers);
  return random.pick<DealOrders>([
    { ...orders, app: { ...app, appprice: 10n ** 30n }, request: { ...request, appmaxprice: 10n ** 30n } },
    { ...orders, app: { ...app, app: stranger }, request: { ...request, app: stranger } },
    { ...orders, workerpool: { ...workerpool, category: 5n }, request: { ...request, category: 5n } },
  ]);
}

/** New values for some fields. */
function changesOf(random: Random, { strangers, assets }: Scene, order: object, kept: readonly string[] = []) {
  const addresses = [...strangers, ...Object.values(assets), NULL_DATASET_ORDER.dataset];
  const changes: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(order) as [string, unknown][]) {
    if (kept.includes(field) || !chance(random, field === "tag" ? 3 * CHANGED : CHANGED)) continue;
    if (field === "tag") changes[field] = random.pick(TAGS);
    else if (field === "volume") changes[field] = random.pick([0n, 1n, 2n ** 64n]);
    else if (field.endsWith("price")) changes[field] = random.pick([0n, (value as bigint) + 1n, 10n ** 30n]);
    else if (typeof value === "bigint") changes[field] = random.pick([0n, 1n, 2n, 3n]);
    else if (field !== "salt" && field !== "params" && field !== "sign" && field !== "requester") {
      changes[field] = random.pick(addresses);
    }
  }
  return changes;
}

function chance(random: Random, percent: number): boolean {
  return random.between(1n, 100n) <= percent;
}

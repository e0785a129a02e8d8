import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { network } from "hardhat";

import {
  buildParams,
  orderToJson,
  type Address,
  type Hex,
  type SignedDatasetOrder,
} from "@poco-marketplace/sdk/index.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { datasetKey } from "@poco-marketplace/sdk/wire/secretRef.js";
import { openContentStore, type ContentStore } from "@poco-marketplace/services/store/contentStore.js";
import { makeEnclave, secretWorld, startService, TEE_TAG, type SecretWorld } from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
/** What clients grant in bulk: as often as JSON can say. */
const ENDLESS = 2n ** 53n - 1n;

describe("A session of a task over many datasets", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let folder: string;
  let store: ContentStore;
  let count = 0;

  before(async () => {
    world = await secretWorld(connection);
    folder = await mkdtemp(join(tmpdir(), "bulk-"));
    store = openContentStore(folder);
    service = await startService(world, { content: store });
  });
  after(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A registered dataset, whose key was pushed unless told otherwise. */
  async function dataset({ pushed = "yes" }: { pushed?: "yes" | "no" } = {}) {
    const { datasetRegistry, accounts } = world;
    const checksum = `0x${(++count).toString(16).padStart(64, "0")}` as Hex;
    const fields = [accounts.datasetProvider.address, `bulk ${count}`, "0x", checksum] as const;
    await datasetRegistry.createDataset(...fields);
    const address = (await datasetRegistry.predictDataset(...fields)) as Address;
    if (pushed === "yes") await service.sms.push(datasetKey(address), `key of ${address}`, accounts.datasetProvider);
    return { address, checksum };
  }

  const grant = (address: Address, terms: Partial<SignedDatasetOrder> = {}) =>
    world.dataProvider.offer({ dataset: address, volume: ENDLESS, tag: TEE_TAG, ...terms });
  const put = (value: unknown) => store.put(Buffer.from(JSON.stringify(value)));
  const putSlice = (orders: readonly SignedDatasetOrder[]) => put(orders.map((order) => orderToJson(order)));
  const makeDeal = (bulkCid: string, volume = 1n) =>
    world.makeDeal({ data: "none", volume, params: buildParams({ bulkCid }) });

  async function ask(dealId: Hex, index = 0n) {
    const { request, open } = await makeEnclave(world, { dealId, index });
    const answer = await service.sms.openSession(request, world.accounts.worker1);
    return { ...answer, session: await open(answer.session) };
  }

  it("gets the keys of its slice, and of no other", async () => {
    const [one, two, three] = [await dataset(), await dataset(), await dataset()];
    const slices = [
      await putSlice([await grant(two.address), await grant(one.address)]),
      await putSlice([await grant(three.address)]),
    ];
    const dealId = await makeDeal(await put(slices), 2n);

    const [first, second] = [await ask(dealId, 0n), await ask(dealId, 1n)];

    const withKey = (each: typeof one) => ({ ...each, key: `key of ${each.address}` });
    expect(first.session.bulk).to.deep.equal([withKey(two), withKey(one)]);
    expect(first.released).to.deep.equal([two, one].map(({ address }) => `key of dataset ${address}`));
    expect(second.session.bulk).to.deep.equal([withKey(three)]);
    expect([...first.withheld, ...second.withheld]).to.deep.equal([]);
  });

  it("gets no key of a dataset whose order does not fit the deal, and the reason", async () => {
    const { accounts, poco } = world;
    const fitting = await dataset();
    const others = await Promise.all(["app", "requester", "closed", "forged", "missing"].map(() => dataset()));
    const keyless = await dataset({ pushed: "no" });
    const [forApp, forRequester, closed, forged] = others as [
      typeof fitting,
      typeof fitting,
      typeof fitting,
      typeof fitting,
    ];
    const anyone = accounts.anyone.address as Address;
    const closedOrder = await grant(closed.address);
    await poco.connect(accounts.datasetProvider).manageDatasetOrder({ order: closedOrder, operation: 1n, sign: "0x" });
    const slice = await putSlice([
      await grant(forApp.address, { apprestrict: anyone }),
      await grant(forRequester.address, { requesterrestrict: anyone }),
      closedOrder,
      { ...(await grant(forged.address)), sign: `0x${"11".repeat(65)}` },
      await grant(keyless.address),
      await grant(fitting.address, {
        apprestrict: world.assets.app,
        requesterrestrict: accounts.requester.address as Address,
      }),
    ]);
    const { session, withheld, released } = await ask(await makeDeal(await put([slice])));

    expect(session.bulk).to.deep.equal([{ ...fitting, key: `key of ${fitting.address}` }]);
    expect(released).to.have.length(1);
    expect(withheld.map((each) => each.dataset)).to.deep.equal(
      [forApp, forRequester, closed, forged, keyless].map((each) => each.address),
    );
    expect(withheld.slice(0, 4).every(({ reason }) => reason.includes("IncompatibleDatasetOrder"))).to.equal(true);
    expect(new Set(withheld.map(({ reason }) => reason)).size).to.equal(5);
    expect(withheld[4]!.reason).to.include(`The key of dataset ${keyless.address} was not pushed`);
  });

  it("gets no key of a dataset that is for sale, whoever asks how often, and the owner earns what its order says", async () => {
    const { poco, accounts } = world;
    const [sold, once, almost, granted] = [await dataset(), await dataset(), await dataset(), await dataset()];
    const root = await put([
      await putSlice([
        await grant(sold.address, { datasetprice: 50_000_000_000n, volume: 1n }),
        await grant(once.address, { volume: 1n }),
        await grant(almost.address, { volume: 2n ** 53n - 3n }),
        await grant(granted.address, { volume: 2n ** 53n - 2n }),
      ]),
    ]);
    const earned = await poco.balanceOf(accounts.datasetProvider.address);

    for (let deals = 0; deals < 2; deals++) {
      const { session, withheld, released } = await ask(await makeDeal(root));

      expect(session.bulk).to.deep.equal([{ ...granted, key: `key of ${granted.address}` }]);
      expect(released).to.deep.equal([`key of dataset ${granted.address}`]);
      expect(withheld.map((each) => each.dataset)).to.deep.equal([sold, once, almost].map((each) => each.address));
      expect(withheld[0]!.reason).to.include("is not for use in bulk: it asks 50 RLC for each of 1 tasks");
    }
    expect(await poco.balanceOf(accounts.datasetProvider.address)).to.equal(earned);
  });

  it("gets nothing where its slice cannot be read", async () => {
    const order = orderToJson(await grant((await dataset()).address));
    const { sign: _, ...unsigned } = order;
    for (const [bulkCid, says] of [
      ["no-cid", "UnreadableSlice"],
      ["../../../etc/passwd", "UnreadableSlice"],
      ["bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "UnreadableSlice"],
      [await put({}), "it is not a list in JSON"],
      [await put([]), "it has no slice 0, only 0 slices"],
      [await put([7]), "it has no slice 0"],
      [await put([await put([unsigned])]), "order 0 is none: DatasetOrder.sign is missing"],
      [await put([await put([{ ...order, volume: "many" }])]), "order 0 is none: DatasetOrder.volume"],
      [await put([await put(Array.from({ length: 101 }, () => order))]), "it has 101 orders where 100 are allowed"],
    ] as const) {
      const error = await rejection(ask(await makeDeal(bulkCid)), ServiceError);
      expect(error, bulkCid).to.include({ statusCode: 422, reason: "UnreadableSlice" });
      if (says !== "UnreadableSlice") expect(error.message).to.include(says);
    }
  });
});

import { ZeroAddress, type ContractRunner } from "ethers";
import { expect } from "chai";

import { buildOrder, BULK_VOLUME, OrderKind, orderToJson } from "@poco-marketplace/sdk/index.js";
import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { Dataset__factory } from "../../typechain-types/index.js";
import { encodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { FetchFailedError } from "@poco-marketplace/services/worker/fetchFile.js";
import type { WorkerDeal } from "@poco-marketplace/services/worker/hubCalls.js";
import { fetchTaskFiles } from "@poco-marketplace/services/worker/taskFiles.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const ROOT = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
const SLICE = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG";
const DATA = "QmSnuWmxptJZdLJpKRarxBMS2Ju2oANVrgbr2xWbie9b2D";

const order = (number: number, terms: { datasetprice?: bigint; volume?: bigint }) =>
  orderToJson({
    ...buildOrder(OrderKind.DATASET, { dataset: addressOf(number), volume: BULK_VOLUME, ...terms }),
    sign: "0x",
  });

describe("The data of a task of a bulk deal", () => {
  let gateway: string;
  let asked: string[];
  let files: Record<string, unknown>;
  let stop: () => Promise<unknown>;

  before(async () => {
    const server = await createServer();
    server.get<{ Params: { cid: string } }>("/ipfs/:cid", async ({ params: { cid } }, reply) => {
      asked.push(cid);
      return cid in files ? reply.send(files[cid]) : reply.code(404).send();
    });
    gateway = await listen(server, 0);
    stop = () => server.close();
  });
  after(() => stop());
  beforeEach(() => {
    asked = [];
    files = { [ROOT]: [SLICE], [DATA]: "data" };
  });

  const fetchAll = (bulkCid = ROOT) =>
    fetchTaskFiles({ deal: { dataset: ZeroAddress } as WorkerDeal, params: { bulkCid }, index: 0n }, datasets, {
      gateway,
      maxBytes: 1_000,
      privateHosts: "refused",
      signal: new AbortController().signal,
    });

  it("is fetched where its order is for use in bulk, and not where it is for sale", async () => {
    files[SLICE] = [order(1, { datasetprice: 1n }), order(2, {}), order(3, { volume: 1n })];
    const { bulk } = await fetchAll();
    expect(bulk?.map(({ address }) => address)).to.deep.equal([addressOf(2)]);
    expect(asked).to.deep.equal([ROOT, SLICE, DATA]);
  });

  it("is not looked for at an address that the requester makes up", async () => {
    const error = await rejection(fetchAll("x/../../tasks?"), FetchFailedError);
    expect(error.message).to.include("its address is not a CID");
    expect(asked).to.deep.equal([]);
  });

  it("cannot be fetched where a slice has something that is not an order", async () => {
    files[SLICE] = [{ dataset: addressOf(1) }];
    expect((await rejection(fetchAll(), FetchFailedError)).message).to.include("order 0 is none");
  });
});

/** A chain on which every dataset lies at one place. */
const datasets: ContractRunner = {
  provider: null,
  call: async ({ data }) => {
    const abi = Dataset__factory.createInterface();
    const { name } = abi.parseTransaction({ data: String(data) })!;
    const value = name === "m_datasetMultiaddr" ? encodeMultiaddr(DATA) : `0x${"11".repeat(32)}`;
    return abi.encodeFunctionResult(name as "m_datasetChecksum", [value]);
  },
};

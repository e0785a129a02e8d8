/** The published hashes, signatures and ids: equal on chain, by a hub at the published address, and in packages/sdk/src/protocol/. */
import { expect } from "chai";
import { Wallet, type BaseContract, type ContractTransactionResponse } from "ethers";
import { network } from "hardhat";

import {
  OrderKind,
  ORDER_TYPE_NAMES,
  OrderOperation,
  type OrderOf,
  type Signed,
  authorizationMessage,
  dealId,
  domainSeparator,
  enclaveMessage,
  hashOrder,
  hashOrderOperation,
  orderDomain,
  parseOrder,
  parseSignedOrder,
  resultHash,
  resultSeal,
  signOrder,
  taskId,
} from "@poco-marketplace/sdk/index.js";
import { Rlc__factory } from "../../typechain-types/index.js";
import { publishedHub } from "../fixtures/publishedHub.js";
import { orderVector, vectors } from "../fixtures/wire.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { ids } = vectors;
const domain = orderDomain({ chainId: vectors.domain.chainId, hub: vectors.domain.verifyingContract });

async function published() {
  return publishedHub(connection);
}

/** The published orders can be matched once the requester, who did not sign its order, presigned it and has money. */
async function readyToMatch() {
  const world = await networkHelpers.loadFixture(published);
  const requester = await withMoney(world.poco, world.requester);
  await withMoney(world.poco, vectors.signer);
  const presign = { order: signedOrder("request"), operation: OrderOperation.SIGN, sign: "0x" };
  await world.poco.connect(requester).manageRequestOrder(presign);
  return world;
}

function signedOrder<Kind extends OrderKind>(kind: Kind): Signed<OrderOf[Kind]> {
  const { order, sign } = orderVector(kind);
  return parseSignedOrder(kind, { ...order, sign });
}

/** Sends an operation on a published order, and gives the hash that the hub calls the order by. */
async function manage(
  poco: Awaited<ReturnType<typeof published>>["poco"],
  { kind, operation, sign }: { kind: OrderKind; operation: OrderOperation; sign: string },
) {
  const call = { order: signedOrder(kind), operation, sign };
  const name = ORDER_TYPE_NAMES[kind];
  const anyContract: BaseContract = poco;
  const transaction = (await anyContract.getFunction(`manage${name}`)(call)) as ContractTransactionResponse;
  const receipt = await transaction.wait();
  const { name: event, args } = poco.interface.parseLog(receipt!.logs[0]!)!;
  expect(event).to.equal(`${operation === OrderOperation.SIGN ? "Signed" : "Closed"}${name}`);
  return String(args[0]);
}

describe("The published vectors", () => {
  it("have the hub's domain", async () => {
    const { poco } = await networkHelpers.loadFixture(published);
    const [name, version, chainId, verifyingContract] = await poco.domain();

    expect({ name, version, chainId: Number(chainId), verifyingContract }).to.deep.equal(vectors.domain);
    expect(await poco.eip712domain_separator()).to.equal(vectors.domainSeparator);
    expect(domainSeparator(domain)).to.equal(vectors.domainSeparator);
  });

  for (const kind of Object.values(OrderKind)) {
    const vector = orderVector(kind);

    it(`have the ${kind} order's hash`, async () => {
      const { poco, requester } = await networkHelpers.loadFixture(published);
      const owner = kind === "request" ? requester : vectors.signer;
      const signer = await ethers.getImpersonatedSigner(owner);
      await networkHelpers.setBalance(owner, 10n ** 18n);

      const hash = await manage(poco.connect(signer), { kind, operation: OrderOperation.SIGN, sign: "0x" });

      expect(hash).to.equal(vector.hash);
      expect(hashOrder(kind, parseOrder(kind, vector.order), domain)).to.equal(vector.hash);
      expect(await poco.viewPresigned(vector.hash)).to.equal(owner);
    });

    it(`have the ${kind} order's signature, in 65 bytes and in 64`, async () => {
      const { poco, accounts } = await networkHelpers.loadFixture(published);

      for (const sign of [vector.sign, vector.compactSign]) {
        expect(await poco.verifySignature(vectors.signer, vector.hash, sign)).to.equal(true);
        expect(await poco.verifySignature(accounts.anyone, vector.hash, sign)).to.equal(false);
      }
      const signed = await signOrder(new Wallet(vectors.signerKey), {
        kind,
        order: parseOrder(kind, vector.order),
        domain,
      });
      expect(signed.sign).to.equal(vector.sign);
    });

    it(`have the hash and signature of closing the ${kind} order`, async () => {
      const { poco, setCode, requester } = await networkHelpers.loadFixture(published);
      const { hash, sign } = vector.closeOperation;
      // The published request order is signed by somebody else than its requester: a wallet that takes the published hash.
      await setCode(requester, walletThatTakes(hash));

      const closed = await manage(poco, { kind, operation: OrderOperation.CLOSE, sign });

      expect(closed).to.equal(vector.hash);
      expect(await poco.viewConsumed(closed)).to.equal(BigInt(vector.order["volume"]!));
      expect(await poco.verifySignature(vectors.signer, hash, sign)).to.equal(true);
      const close = { order: parseOrder(kind, vector.order), operation: OrderOperation.CLOSE };
      expect(hashOrderOperation(kind, close, domain)).to.equal(hash);
    });
  }

  it("have the ids of a deal and its task, and what worker and enclave sign", async () => {
    const { poco } = await readyToMatch();
    const { contribution, task } = ids;
    const { worker, digest, enclaveChallenge, enclaveSign, authorizationSign } = contribution;

    await expect(
      poco.matchOrders(signedOrder("app"), signedOrder("dataset"), signedOrder("workerpool"), signedOrder("request")),
    )
      .to.emit(poco, "OrdersMatched")
      .withArgs(ids.dealId.id, ...Object.values(OrderKind).map((kind) => orderVector(kind).hash), 7n);
    expect(dealId(orderVector("request").hash, 0n)).to.equal(ids.dealId.id);

    await expect(poco.initialize(task.dealId, task.idx))
      .to.emit(poco, "TaskInitialize")
      .withArgs(task.id, orderVector("workerpool").order["workerpool"]);
    expect(taskId(task.dealId, BigInt(task.idx))).to.equal(task.id);

    // The hub takes the published signatures of scheduler and enclave, and what the worker commits to is what it reveals.
    const asWorker = poco.connect(await withMoney(poco, worker));
    const { resultHash: hash, resultSeal: seal } = contribution;
    await expect(asWorker.contribute(task.id, hash, seal, enclaveChallenge, enclaveSign, authorizationSign))
      .to.emit(poco, "TaskConsensus")
      .withArgs(task.id, hash);
    await expect(asWorker.reveal(task.id, digest)).to.emit(poco, "TaskReveal").withArgs(task.id, worker, digest);

    expect(resultHash(task.id, digest)).to.equal(hash);
    expect(resultSeal(worker, task.id, digest)).to.equal(seal);
    expect(enclaveMessage({ resultHash: hash, resultSeal: seal })).to.equal(contribution.enclaveMessage);
    const permit = { worker, taskId: task.id, enclave: enclaveChallenge };
    expect(authorizationMessage(permit)).to.equal(contribution.authorizationMessage);
  });

  it("have the id of a deal that is not the first of its request order", async () => {
    const { poco } = await readyToMatch();
    const pool = { ...parseOrder("workerpool", orderVector("workerpool").order), volume: 3n };
    const small = await signOrder(new Wallet(vectors.signerKey), { kind: "workerpool", order: pool, domain });
    await poco.matchOrders(signedOrder("app"), signedOrder("dataset"), small, signedOrder("request"));

    await expect(
      poco.matchOrders(signedOrder("app"), signedOrder("dataset"), signedOrder("workerpool"), signedOrder("request")),
    )
      .to.emit(poco, "SchedulerNotice")
      .withArgs(pool.workerpool, ids.dealIdLater.id);
    expect(dealId(orderVector("request").hash, BigInt(ids.dealIdLater.consumedBefore))).to.equal(ids.dealIdLater.id);
  });
});

/** An account with coins, and RLC in the hub. */
async function withMoney(poco: Awaited<ReturnType<typeof published>>["poco"], account: string) {
  const signer = await ethers.getImpersonatedSigner(account);
  await networkHelpers.setBalance(account, 10n ** 18n);
  const rlc = Rlc__factory.connect(await poco.token(), signer);
  await rlc.faucet(1_000_000_000_000n);
  await rlc.approveAndCall(poco, 1_000_000_000_000n, "0x");
  return signer;
}

/** Code of an ERC-1271 wallet: it answers the magic value if the first argument is this hash, else zero. */
function walletThatTakes(hash: string): string {
  return `0x6004357f${hash.slice(2)}14631626ba7e0260e01b60005260206000f3`;
}

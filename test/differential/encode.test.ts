import { expect } from "chai";
import { AbiCoder, computeAddress, getBytes, hashMessage, id, keccak256, recoverAddress, ZeroHash } from "ethers";

import { speakerOf } from "../harness/differential/encode.js";
import { KEYS } from "../harness/differential/names.js";
import type { Form, OrderSpec, TaskRef } from "../harness/differential/sequence.js";
import { interfaceOf, type World } from "../harness/differential/world.js";
import { dealId, type Hex, taskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { resultHash, resultSeal } from "@poco-marketplace/sdk/protocol/result.js";
import { hashOrder } from "@poco-marketplace/sdk/protocol/typedData.js";

const HALF_OF_CURVE = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const HUB = "0x0000000000000000000000000000000000000b0b";

function addressNamed(name: string): string {
  if (name === "nobody") return `0x${"0".repeat(40)}`;
  return KEYS[name] === undefined ? `0x${id(name).slice(-40)}` : computeAddress(KEYS[name]);
}

/** As much of a system as there has to be to speak to it; remembers the names that words get. */
function fakeWorld() {
  const names = new Map<string, string>();
  const world = {
    addressNamed,
    alias: (word: string, name: string) => void names.set(word, name),
    forget: () => names.clear(),
    domain: { name: "iExecODB", version: "5.0.0", chainId: 1n, verifyingContract: HUB },
  } as unknown as World;
  return { world, names };
}

function speak(spec: OrderSpec, label = "o") {
  const { world, names } = fakeWorld();
  const speaker = speakerOf(world, { [label]: spec });
  const calldata = speaker.encode({ to: "hub", call: "broadcastAppOrder", args: [{ order: label }] });
  const [order] = interfaceOf("hub").decodeFunctionData("broadcastAppOrder", calldata) as unknown as [
    { sign: Hex; salt: Hex },
  ];
  return { order, hash: speaker.hashOf(label), names };
}

function signed(form?: Form, label = "o") {
  const { order, hash, names } = speak(
    { kind: "app", fields: { app: "app1" }, by: "appOwner", ...(form !== undefined && { form }) },
    label,
  );
  return { sign: order.sign, hash, names };
}

describe("An order in the words of a system", () => {
  it("has zeros where nothing is said, and a salt of its own", () => {
    const { world } = fakeWorld();
    const { order, hash } = speak({ kind: "app", fields: { app: "app1", appprice: 5n } }, "cheap");
    const app = addressNamed("app1") as Hex;
    const nobody = addressNamed("nobody") as Hex;
    const restrictions = { datasetrestrict: nobody, workerpoolrestrict: nobody, requesterrestrict: nobody };
    const fields = { app, appprice: 5n, volume: 0n, tag: ZeroHash as Hex, ...restrictions, salt: id("cheap") as Hex };

    expect([order.sign, order.salt]).to.deep.equal(["0x", id("cheap")]);
    expect(hash).to.equal(hashOrder("app", fields, world.domain));
  });

  it("is signed by who signs it, in 65 bytes and low s", () => {
    const { sign, hash } = signed();
    expect(getBytes(sign)).to.have.length(65);
    expect(recoverAddress(hash, sign)).to.equal(computeAddress(KEYS["appOwner"]!));
    expect(BigInt(`0x${sign.slice(66, 130)}`) <= HALF_OF_CURVE).to.equal(true);
  });

  it("is signed in 64 bytes when compact", () => {
    const { sign, hash } = signed("compact");
    expect(getBytes(sign)).to.have.length(64);
    expect(recoverAddress(hash, sign)).to.equal(computeAddress(KEYS["appOwner"]!));
  });

  it("has the other s and parity when high", () => {
    const [usual, high] = [signed().sign, signed("highS").sign];
    expect(high.slice(0, 66)).to.equal(usual.slice(0, 66));
    expect(BigInt(`0x${high.slice(66, 130)}`) > HALF_OF_CURVE).to.equal(true);
    expect([usual, high].map((sign) => sign.slice(130)).toSorted()).to.deep.equal(["1b", "1c"]);
  });

  it("ends in 1 with a low v, whatever its parity, so that it is odd in the same way on both systems", () => {
    const labels = Array.from({ length: 12 }, (_, index) => `o${index}`);
    const parities = labels.map((label) => signed(undefined, label).sign.slice(130));
    expect(new Set(parities)).to.deep.equal(new Set(["1b", "1c"]));

    for (const label of labels) {
      const { sign, names } = signed("lowV", label);
      expect(sign).to.equal(`${signed(undefined, label).sign.slice(0, 130)}01`);
      expect(names.get(`0x01${"0".repeat(62)}`)).to.equal("last byte of a signature");
    }
  });

  for (const [form, length] of [
    ["short", 63],
    ["long", 66],
    ["empty", 0],
    ["zeros", 65],
  ] as const) {
    it(`has ${length} bytes of signature when ${form}`, () => {
      const { sign, names } = signed(form);
      expect(getBytes(sign)).to.have.length(length);
      // Zeros are the same on both systems, and common.
      expect(names.has(ZeroHash)).to.equal(false);
    });
  }

  it("gives its hash and the words of its signature names that are the same on both systems", () => {
    const { sign, hash, names } = signed();
    expect(names.get(hash)).to.equal("hash of o");
    expect(names.get(`0x${sign.slice(2, 66)}`)).to.equal("sign 0 of o");
    expect(names.get(`0x${sign.slice(66, 130)}`)).to.equal("sign 1 of o");
  });
});

describe("Work in the words of a system", () => {
  const task: TaskRef = ["r", 2n, 3n];
  const orders = { r: { kind: "request", fields: { requester: "requester" }, by: "requester" } } as const;

  it("names deals, tasks and results by ids that follow from the request", () => {
    const { world, names } = fakeWorld();
    const speaker = speakerOf(world, orders);
    const deal = dealId(speaker.hashOf("r"), 2n);
    const expected = taskId(deal, 3n);

    expect(speaker.taskOf(task)).to.equal(expected);
    expect(speaker.hashOfResult("0xca11", task)).to.equal(resultHash(expected, keccakOf("0xca11")));
    expect(speaker.sealOf("lie", task, "worker1")).to.equal(
      resultSeal(addressNamed("worker1") as Hex, expected, id("lie") as Hex),
    );
    expect(names.get(deal)).to.equal("deal r 2");
    expect(names.get(expected)).to.equal("task r 2 3");
  });

  it("has leave of who gives it, for one worker, task and enclave", () => {
    const { world } = fakeWorld();
    const speaker = speakerOf(world, orders);
    const leave = { leave: "worker1", task, enclave: "enclave", by: "scheduler" } as const;
    const args = [{ task }, ZeroHash, ZeroHash, "enclave", "0x", leave] as const;
    const calldata = speaker.encode({ to: "hub", call: "contribute", args });
    const sign = interfaceOf("hub").decodeFunctionData("contribute", calldata)[5] as string;
    const packed = `${addressNamed("worker1")}${speaker.taskOf(task).slice(2)}${addressNamed("enclave").slice(2)}`;

    expect(recoverAddress(hashMessage(getBytes(keccakOf(packed))), sign)).to.equal(addressNamed("scheduler"));
  });

  it("is encoded as ethers does where it is encoded faster", () => {
    const { world } = fakeWorld();
    const speaker = speakerOf(world, orders);
    const call = speaker.encode({ to: "hub", call: "allowance", args: ["requester", "nobody"] });
    const words = AbiCoder.defaultAbiCoder().encode(["address", "address"], ["requester", "nobody"].map(addressNamed));

    expect(call).to.equal(interfaceOf("hub").getFunction("allowance")!.selector + words.slice(2));
    expect(speaker.encode({ to: "apps", call: "setApprovalForAll", args: ["nobody", true] }).slice(-1)).to.equal("1");
  });

  it("says which name it does not know", () => {
    const speaker = speakerOf(fakeWorld().world, {});
    const sign = { leave: "worker1", task, enclave: "nobody", by: "hub" } as const;
    expect(() => speaker.hashOf("x")).to.throw("No order is labeled x.");
    expect(() => speaker.encode({ to: "hub", call: "fly", args: [] })).to.throw("hub has no function fly.");
    expect(() =>
      speakerOf(fakeWorld().world, orders).encode({ to: "hub", call: "reveal", args: [sign, ZeroHash] }),
    ).to.throw("hub has no key to sign with.");
  });
});

function keccakOf(bytes: string): Hex {
  return keccak256(bytes) as Hex;
}

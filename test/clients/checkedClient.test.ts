import { expect } from "chai";

import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { checked } from "../fixtures/checkedClient.js";
import { rejection } from "../fixtures/rejection.js";

const UNDEPLOYED = "http://127.0.0.1:1";
const HASH = `0x${"11".repeat(32)}`;

function answers(answer: unknown, rpc = UNDEPLOYED) {
  return checked({ wallet: { sweep: () => Promise.resolve(answer), sendRLC: () => Promise.resolve(answer) } }, rpc)
    .wallet;
}

describe("A client whose answers cannot be ignored", () => {
  for (const [what, answer, why] of [
    ["errors", { errors: ["no"] }, "answered errors"],
    ["nothing", undefined, "did nothing"],
    ["no", false, "did nothing"],
    ["that nothing was pushed", { isPushed: false }, "pushed nothing"],
    ["half a hash", { sendNativeTxHash: "0x12" }, "sent no transaction"],
    ["half a hash among others", { transactions: [{ txHash: "0x12" }] }, "sent no transaction"],
  ] as const)
    it(`fails where it answers ${what}`, async () => {
      expect((await rejection(answers(answer).sweep(), Error)).message).to.match(new RegExp(`^sweep ${why}: `));
    });

  it("fails where it answers something else than the hash of a transaction", async () => {
    expect((await rejection(answers("0x12").sendRLC(), Error)).message).to.match(/^sendRLC sent no transaction: /);
  });

  it("fails where its transaction reverted or is in no block, and not where it did what it should", async () => {
    let receipt: { status: string } | null = null;
    const node = await createServer();
    node.post("/", () => ({ jsonrpc: "2.0", id: 1, result: receipt }));
    const rpc = await listen(node, 0);
    try {
      for (const bad of [null, { status: "0x0" }]) {
        receipt = bad;
        for (const call of [answers(HASH, rpc).sendRLC(), answers({ txHash: HASH }, rpc).sweep()])
          expect((await rejection(call, Error)).message).to.match(/ sent a transaction that failed: /);
      }
      receipt = { status: "0x1" };
      expect(await answers(HASH, rpc).sendRLC()).to.equal(HASH);
      expect(await answers({ txHash: HASH }, rpc).sweep()).to.deep.equal({ txHash: HASH });
    } finally {
      await node.close();
    }
  });

  it("gives answers on, and lets alone what is not a call", async () => {
    expect(await answers({ errors: [], isPushed: true }).sweep()).to.deep.equal({ errors: [], isPushed: true });
    const config = {};
    expect(checked({ config, key: () => "a key" }, UNDEPLOYED)).to.have.property("config", config);
    expect(checked({ key: () => "a key" }, UNDEPLOYED).key()).to.equal("a key");
  });
});

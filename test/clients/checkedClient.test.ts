import { expect } from "chai";

import { checked } from "../fixtures/checkedClient.js";
import { rejection } from "../fixtures/rejection.js";

const NOWHERE = "http://127.0.0.1:1";

const answers = (answer: unknown) => checked({ wallet: { sweep: () => Promise.resolve(answer) } }, NOWHERE).wallet;

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

  it("gives answers on, and lets alone what is no call", async () => {
    expect(await answers({ errors: [], isPushed: true }).sweep()).to.deep.equal({ errors: [], isPushed: true });
    const config = {};
    expect(checked({ config, key: () => "a key" }, NOWHERE)).to.have.property("config", config);
    expect(checked({ key: () => "a key" }, NOWHERE).key()).to.equal("a key");
  });
});

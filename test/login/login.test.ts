import { expect } from "chai";
import { TypedDataEncoder, Wallet } from "ethers";

import { HttpError } from "@poco-marketplace/services/http/HttpError.js";
import { answerChallenge } from "@poco-marketplace/sdk/login/answerChallenge.js";
import { MAX_OPEN_CHALLENGES } from "@poco-marketplace/services/login/usedChallenges.js";
import { LIFETIME_MS, openLogin, type LoginOptions } from "@poco-marketplace/services/login/openLogin.js";
import { InvalidFieldError, type Address } from "@poco-marketplace/sdk/protocol/index.js";
import { rejection } from "../fixtures/rejection.js";

const SOMEBODY = new Wallet(`0x${"11".repeat(32)}`);
const STRANGER = new Wallet(`0x${"22".repeat(32)}`);
const CONTRACT = "0x00000000000000000000000000000000000000C0" as Address;
/** How many challenges strangers ask for: more than anything remembers. */
const FLOOD = 10_500;

function atTime(changes: Partial<LoginOptions> = {}) {
  let time = 7 * LIFETIME_MS;
  const login = openLogin({
    name: "Service",
    chainId: 1,
    purpose: "Sign this message to log in",
    route: "GET /challenge",
    acceptsSignature: () => Promise.resolve(false),
    now: () => time,
    ...changes,
  });
  const ask = (wallet = SOMEBODY) => answerChallenge(wallet, login.challenge(wallet.address));
  return { login, ask, pass: (milliseconds: number) => (time += milliseconds) };
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const { statusCode, message } = await rejection(attempt, HttpError);
  expect(statusCode).to.equal(401);
  return message;
}

describe("A login", () => {
  it("is good once", async () => {
    const { login, ask } = atTime();
    const header = await ask();
    expect(await login.authenticate(header)).to.equal(SOMEBODY.address);
    expect(await refusal(login.authenticate(header))).to.match(/is not open for 0x.*: it was used/);
  });

  it("is what wallets sign: the EIP-712 hash of the challenge's text, which names the purpose", async () => {
    const { login } = atTime();
    const { domain, types, message } = login.challenge(SOMEBODY.address);
    expect(message.challenge).to.match(/^Sign this message to log in: [0-9a-f]{64}$/);
    const own = { Challenge: [...types["Challenge"]!] };
    const sign = await SOMEBODY.signTypedData(domain, own, message);
    const header = `${TypedDataEncoder.hash(domain, own, message)}_${sign}_${SOMEBODY.address.toLowerCase()}`;
    expect(await login.authenticate(header)).to.equal(SOMEBODY.address);
  });

  it("signs nothing for a service but a challenge, so no order", async () => {
    const { login } = atTime();
    const challenge = login.challenge(SOMEBODY.address);
    const forContract = { ...challenge.domain, verifyingContract: CONTRACT };
    const types = { AppOrder: challenge.types["Challenge"]! };

    await rejection(answerChallenge(SOMEBODY, { ...challenge, types }), InvalidFieldError);
    await rejection(
      answerChallenge(SOMEBODY, { ...challenge, types: { ...challenge.types, ...types } }),
      InvalidFieldError,
    );
    await rejection(answerChallenge(SOMEBODY, { ...challenge, domain: forContract }), InvalidFieldError);
  });

  it("is good for at least its lifetime, and for less than twice that", async () => {
    for (const late of [0, LIFETIME_MS - 1]) {
      const { login, ask, pass } = atTime();
      pass(late);
      const [first, second] = [await ask(), await ask()];
      pass(LIFETIME_MS);
      expect(await login.authenticate(first)).to.equal(SOMEBODY.address);
      pass(LIFETIME_MS);
      await refusal(login.authenticate(second));
    }
  });

  it("is not used up by answers that are refused, which strangers could send", async () => {
    const { login, ask } = atTime();
    const header = await ask();
    const [hash, , account] = header.split("_");
    const forged = await answerChallenge(STRANGER, login.challenge(SOMEBODY.address));
    const [, otherSign] = forged.split("_");
    for (const sign of [otherSign!, "0x", `0x${"11".repeat(65)}`]) {
      const message = await refusal(login.authenticate(`${hash}_${sign}_${account}`));
      expect(message).to.include(`is not one of ${SOMEBODY.address}`);
    }
    expect(await login.authenticate(header)).to.equal(SOMEBODY.address);
  });

  it("is for nobody else", async () => {
    const { login } = atTime();
    const header = await answerChallenge(STRANGER, login.challenge(SOMEBODY.address));
    expect(await refusal(login.authenticate(header))).to.include(`is not open for ${STRANGER.address}`);
  });

  for (const [what, changes] of [
    ["at another service of the same purpose", {}],
    ["for another purpose", { purpose: "Sign this message to give all away" }],
    ["on another chain", { chainId: 2 }],
  ] as const) {
    it(`is not good ${what}`, async () => {
      const header = await atTime().ask();
      await refusal(atTime(changes).login.authenticate(header));
    });
  }

  it("cannot be kept from anybody by strangers who ask for challenges, in any name", async () => {
    const { login, ask } = atTime();
    const header = await ask();
    for (let number = 0; number < FLOOD; number++) {
      login.challenge(SOMEBODY.address);
      login.challenge(`0x${number.toString(16).padStart(40, "0")}`);
    }
    expect(await login.authenticate(header)).to.equal(SOMEBODY.address);
    expect(await login.authenticate(await ask())).to.equal(SOMEBODY.address);
  });

  it("may be asked for and answered side by side, and any number of times one after the other", async () => {
    const { login, ask } = atTime();
    const headers = await Promise.all(Array.from({ length: MAX_OPEN_CHALLENGES }, () => ask()));
    expect(new Set(headers).size).to.equal(MAX_OPEN_CHALLENGES);
    for (const header of headers.toReversed()) await login.authenticate(header);
    for (let times = 0; times < 2 * MAX_OPEN_CHALLENGES; times++) await login.authenticate(await ask());
    for (const header of headers) await refusal(login.authenticate(header));
  });

  it("is one of a contract's account where the contract says so, and once there, too", async () => {
    const asked: string[] = [];
    const acceptsSignature = async (account: Address, hash: string, sign: string) => {
      asked.push(hash);
      await Promise.resolve();
      return account === CONTRACT && sign === "0xc0de";
    };
    const { login } = atTime({ acceptsSignature });
    const hash = (await answerChallenge(STRANGER, login.challenge(CONTRACT))).split("_")[0]!;
    await refusal(login.authenticate(`${hash}_0xbad0_${CONTRACT}`));

    const both = await Promise.allSettled([1, 2].map(() => login.authenticate(`${hash}_0xc0de_${CONTRACT}`)));

    expect(both.map(({ status }) => status).toSorted()).to.deep.equal(["fulfilled", "rejected"]);
    expect(asked).to.deep.equal([hash, hash, hash]);
  });

  it("takes an address in any case, and nothing else", async () => {
    const { login } = atTime();
    for (const address of [
      SOMEBODY.address.toLowerCase(),
      SOMEBODY.address.replace(/[a-f]/g, (c) => c.toUpperCase()),
    ]) {
      const header = await answerChallenge(SOMEBODY, login.challenge(address));
      expect(await login.authenticate(header)).to.equal(SOMEBODY.address);
    }
    for (const nobody of [undefined, "", "me", ["0x"], `${SOMEBODY.address}00`]) {
      expect(() => login.challenge(nobody)).to.throw(InvalidFieldError, "address is");
    }
    for (const header of [undefined, "", "Bearer abc", "a_b_c", `${"0x".padEnd(66, "1")}_0x1_${CONTRACT}`]) {
      expect(await refusal(login.authenticate(header))).to.include("<hash>_<signature>_<address>");
    }
  });
});

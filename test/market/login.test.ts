import { expect } from "chai";
import { TypedDataEncoder, Wallet } from "ethers";

import { HttpError } from "../../src/http/HttpError.js";
import { LIFETIME, openLogin, type Challenge, type Login } from "../../src/market/login.js";
import type { Address } from "../../src/protocol.js";
import { rejection } from "../fixtures/rejection.js";

const SOMEBODY = new Wallet(`0x${"11".repeat(32)}`);

function atTime(limit?: number) {
  let time = 1_000_000;
  const login = openLogin({
    chainId: 1,
    acceptsSignature: () => Promise.resolve(false),
    now: () => time,
    ...(limit !== undefined && { limit }),
  });
  return { login, pass: (milliseconds: number) => (time += milliseconds) };
}

async function answer({ domain, types, message }: Challenge): Promise<string> {
  const challenge = { Challenge: [...types.Challenge] };
  const sign = await SOMEBODY.signTypedData(domain, challenge, message);
  return `${TypedDataEncoder.hash(domain, challenge, message)}_${sign}_${SOMEBODY.address}`;
}

function challengeOf(login: Login): Challenge {
  return login.challenge(SOMEBODY.address as Address);
}

describe("A login to the market", () => {
  it("is good until its time is up", async () => {
    const { login, pass } = atTime();
    const [first, second] = [await answer(challengeOf(login)), await answer(challengeOf(login))];

    pass(LIFETIME - 1);
    expect(await login.authenticate(first)).to.equal(SOMEBODY.address);
    pass(1);
    expect((await rejection(login.authenticate(second), HttpError)).statusCode).to.equal(401);
  });

  it("makes room for new challenges by dropping the oldest", async () => {
    const { login } = atTime(2);
    const headers = [];
    for (let index = 0; index < 3; index++) headers.push(await answer(challengeOf(login)));

    await rejection(login.authenticate(headers[0]), HttpError);
    expect(await login.authenticate(headers[1])).to.equal(SOMEBODY.address);
    expect(await login.authenticate(headers[2])).to.equal(SOMEBODY.address);
  });

  it("never asks the same twice", () => {
    const { login } = atTime();
    const asked = Array.from({ length: 50 }, () => challengeOf(login).message.challenge);
    expect(new Set(asked).size).to.equal(50);
  });
});

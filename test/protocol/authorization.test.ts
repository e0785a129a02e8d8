import { expect } from "chai";
import { Wallet, ZeroAddress, concat, hashMessage, keccak256 } from "ethers";

import {
  type Address,
  InvalidFieldError,
  authorizationMessage,
  authorizerOf,
  boostEnclaveMessage,
  enclaveMessage,
  recoverSigner,
  signAuthorization,
  signBoostResult,
  signContribution,
  signedMessageHash,
} from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";
import { vectors } from "../fixtures/wire.js";

const { contribution, task } = vectors.ids;
const permit = { worker: contribution.worker, taskId: task.id, enclave: contribution.enclaveChallenge };
const none = ZeroAddress as Address;
const wallet = new Wallet(vectors.signerKey);

describe("Work permit", () => {
  it("is the published message and signature", async () => {
    expect(authorizationMessage(permit)).to.equal(contribution.authorizationMessage);
    const authorization = await signAuthorization(wallet, permit);
    expect(authorization).to.deep.equal({ ...permit, sign: contribution.authorizationSign });
  });

  it("tells who gave it", () => {
    const hash = signedMessageHash(contribution.authorizationMessage);
    expect(recoverSigner(hash, contribution.authorizationSign)).to.equal(vectors.signer);
  });

  it("is another one for another worker, task or enclave", () => {
    const messages = [
      permit,
      { ...permit, worker: addressOf(1) },
      { ...permit, taskId: contribution.digest },
      { ...permit, enclave: none },
    ].map(authorizationMessage);
    expect(new Set(messages).size).to.equal(4);
    expect(() => authorizationMessage({ ...permit, worker: "0x12" })).to.throw(InvalidFieldError, "worker");
  });

  it("comes from the TEE broker if there is one and an enclave to vouch for, else from the pool's owner", () => {
    const [teeBroker, poolOwner, enclave] = [addressOf(1), addressOf(2), addressOf(3)];
    expect(authorizerOf({ teeBroker, poolOwner, enclave })).to.equal(teeBroker);
    expect(authorizerOf({ teeBroker, poolOwner, enclave: none })).to.equal(poolOwner);
    expect(authorizerOf({ teeBroker: none, poolOwner, enclave })).to.equal(poolOwner);
  });
});

describe("The word of an enclave", () => {
  it("on a contribution is the published message and signature", async () => {
    expect(enclaveMessage(contribution)).to.equal(contribution.enclaveMessage);
    expect(await signContribution(wallet, contribution)).to.equal(contribution.enclaveSign);
  });

  it("on a boost result is about what the callback is told, or else about the result", async () => {
    const boost = { worker: contribution.worker, taskId: task.id, results: "0xaa", resultsCallback: "0xbb" } as const;
    const about = (told: string) => keccak256(concat([contribution.worker, task.id, keccak256(told)]));
    expect(boostEnclaveMessage({ ...boost, callback: none })).to.equal(about("0xaa"));
    expect(boostEnclaveMessage({ ...boost, callback: addressOf(5) })).to.equal(about("0xbb"));

    const sign = await signBoostResult(wallet, { ...boost, callback: none });
    const signed = signedMessageHash(boostEnclaveMessage({ ...boost, callback: none }));
    expect(recoverSigner(signed, sign)).to.equal(vectors.signer);
  });

  it("is signed as the 32 bytes that it is, not as their text", () => {
    const message = contribution.enclaveMessage;
    expect(signedMessageHash(message)).not.to.equal(hashMessage(message));
    expect(recoverSigner(signedMessageHash(message), contribution.enclaveSign)).to.equal(vectors.signer);
  });
});

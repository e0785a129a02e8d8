import { expect } from "chai";
import { Signature, SigningKey, Wallet, computeAddress } from "ethers";

import {
  type Hex,
  InvalidFieldError,
  OrderKind,
  OrderOperation,
  hashOrder,
  orderDomain,
  parseOrder,
  recoverSigner,
  signOrder,
  signOrderOperation,
} from "@poco-marketplace/sdk/index.js";
import { orderVector, vectors } from "../fixtures/wire.js";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const wallet = new Wallet(vectors.signerKey);
const domain = orderDomain({ chainId: vectors.domain.chainId, hub: vectors.domain.verifyingContract });

describe("The signature of an order", () => {
  for (const kind of Object.values(OrderKind)) {
    const vector = orderVector(kind);
    const order = parseOrder(kind, vector.order);

    it(`is the published one of the ${kind} order and of closing it`, async () => {
      expect(await signOrder(wallet, { kind, order, domain })).to.deep.equal({ ...order, sign: vector.sign });
      const close = { kind, order, operation: OrderOperation.CLOSE, domain };
      expect(await signOrderOperation(wallet, close)).to.equal(vector.closeOperation.sign);
    });

    it(`tells who signed the ${kind} order, in 65 bytes and in 64`, () => {
      const hash = hashOrder(kind, order, domain);
      expect(recoverSigner(hash, vector.sign)).to.equal(vectors.signer);
      expect(recoverSigner(hash, vector.compactSign)).to.equal(vectors.signer);
    });
  }
});

describe("A signature of a key", () => {
  const { hash, sign } = orderVector("app");

  it("of another hash has another signer", () => {
    expect(recoverSigner(orderVector("dataset").hash, sign)).not.to.equal(vectors.signer);
  });

  it("has 64 or 65 bytes", () => {
    for (const wrong of ["0x", sign.slice(0, -4), `${sign}00`, `0x${"00".repeat(32)}`] as Hex[]) {
      expect(recoverSigner(hash, wrong), wrong).to.equal(undefined);
    }
  });

  it("ends with 27 or 28, since the chain recovers nobody from anything else", () => {
    for (const v of ["00", "01", "1a", "1d", "ff"]) {
      expect(recoverSigner(hash, `${sign.slice(0, -2)}${v}` as Hex), v).to.equal(undefined);
    }
  });

  it("has its s in the lower half", () => {
    const { r, s, v } = Signature.from(sign);
    const mirrored = (CURVE_ORDER - BigInt(s)).toString(16).padStart(64, "0");
    const flipped = v === 27 ? "1c" : "1b";
    expect(recoverSigner(hash, `${r}${mirrored}${flipped}` as Hex)).to.equal(undefined);
    const justAbove = (CURVE_ORDER / 2n + 1n).toString(16).padStart(64, "0");
    expect(recoverSigner(hash, `${r}${justAbove}1b` as Hex)).to.equal(undefined);
  });

  it("of nothing but zeros has no signer", () => {
    expect(recoverSigner(hash, `0x${"00".repeat(64)}1b`)).to.equal(undefined);
    expect(recoverSigner(hash, `0x${"00".repeat(64)}`)).to.equal(undefined);
  });

  it("is looked at only for bytes and a hash of 32 bytes", () => {
    expect(() => recoverSigner("0x12", sign)).to.throw(InvalidFieldError, "hash");
    expect(() => recoverSigner(hash, "sign" as Hex)).to.throw(InvalidFieldError, "sign");
  });

  it("is taken in capitals too", () => {
    const key = new SigningKey(vectors.signerKey);
    expect(computeAddress(key.publicKey)).to.equal(vectors.signer);
    const capitals = `0x${key.sign(hash).serialized.slice(2).toUpperCase()}` as Hex;
    expect(recoverSigner(hash, capitals)).to.equal(vectors.signer);
  });
});

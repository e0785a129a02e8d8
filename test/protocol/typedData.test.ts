import { expect } from "chai";
import { TypedDataEncoder, keccak256, toUtf8Bytes } from "ethers";
import { hashTypedData } from "viem";

import {
  InvalidFieldError,
  OPERATION_TYPES,
  ORDER_TYPES,
  ORDER_TYPE_NAMES,
  OrderKind,
  OrderOperation,
  domainSeparator,
  hashOrder,
  hashOrderOperation,
  operationTypeHash,
  operationTypes,
  orderDomain,
  orderTypeHash,
  orderTypes,
  parseOrder,
  parseSignedOrder,
} from "@poco-marketplace/sdk/index.js";
import { orderVector, vectors, wireTypes } from "../fixtures/wire.js";

const domain = orderDomain({ chainId: vectors.domain.chainId, hub: vectors.domain.verifyingContract });

describe("The typed data of orders", () => {
  it("has the published types, field by field", () => {
    expect(ORDER_TYPES).to.deep.equal(wireTypes.types);
    expect(OPERATION_TYPES).to.deep.equal(wireTypes.operations);
  });

  it("has the published domain", () => {
    expect(domain).to.deep.equal({ ...vectors.domain, chainId: 31337n });
    expect(domainSeparator(domain)).to.equal(vectors.domainSeparator);
    expect(() => orderDomain({ chainId: -1, hub: vectors.signer })).to.throw(InvalidFieldError, "chainId is -1");
    expect(() => orderDomain({ chainId: 1, hub: "0x1234" })).to.throw(InvalidFieldError, 'hub is "0x1234"');
  });

  for (const kind of Object.values(OrderKind)) {
    const vector = orderVector(kind);
    const order = parseOrder(kind, vector.order);

    it(`has the published hashes of the ${kind} order`, () => {
      expect(orderTypeHash(kind)).to.equal(vector.typeHash);
      expect(TypedDataEncoder.hashStruct(ORDER_TYPE_NAMES[kind], orderTypes(kind), order)).to.equal(vector.structHash);
      expect(hashOrder(kind, order, domain)).to.equal(vector.hash);
    });

    it(`has the published hashes of closing the ${kind} order`, () => {
      expect(operationTypeHash(kind)).to.equal(vector.closeOperation.typeHash);
      const close = { order, operation: OrderOperation.CLOSE };
      expect(hashOrderOperation(kind, close, domain)).to.equal(vector.closeOperation.hash);
      const sign = { order, operation: OrderOperation.SIGN };
      expect(hashOrderOperation(kind, sign, domain)).not.to.equal(vector.closeOperation.hash);
    });

    it(`passes over the signature beside the ${kind} order`, () => {
      const signed = parseSignedOrder(kind, { ...vector.order, sign: vector.sign });
      expect(hashOrder(kind, signed, domain)).to.equal(vector.hash);
    });
  }

  it("hashes the same in viem", () => {
    const app = parseOrder("app", orderVector("app").order);
    const hash = hashTypedData({ domain, types: ORDER_TYPES, primaryType: "AppOrder", message: app });
    expect(hash).to.equal(orderVector("app").hash);

    const types = { ...ORDER_TYPES, ...OPERATION_TYPES };
    const request = parseOrder("request", orderVector("request").order);
    const message = { order: request, operation: OrderOperation.CLOSE };
    const close = hashTypedData({ domain, types, primaryType: "RequestOrderOperation", message });
    expect(close).to.equal(orderVector("request").closeOperation.hash);
  });

  it("gives ethers arrays of its own, so that nobody can change the types", () => {
    orderTypes("app")["AppOrder"]!.pop();
    operationTypes("app")["AppOrderOperation"]![0]!.type = "bytes";
    expect(ORDER_TYPES).to.deep.equal(wireTypes.types);
    expect(OPERATION_TYPES).to.deep.equal(wireTypes.operations);
  });

  it("hashes a type as its text", () => {
    const text =
      "AppOrder(address app,uint256 appprice,uint256 volume,bytes32 tag," +
      "address datasetrestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)";
    expect(orderTypeHash("app")).to.equal(keccak256(toUtf8Bytes(text)));
  });
});

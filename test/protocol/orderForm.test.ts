import { expect } from "chai";
import { ZeroAddress, ZeroHash, isHexString } from "ethers";

import {
  type Address,
  InvalidFieldError,
  MAX_UINT256,
  NO_TAG,
  OrderKind,
  buildOrder,
  orderToJson,
  orderTypes,
  parseOrder,
  parseSignedOrder,
} from "@poco-marketplace/sdk/index.js";
import { orderVector } from "../fixtures/wire.js";

const ASSET = "0xA1A1a1a1A1A1A1A1A1a1a1a1a1a1A1A1a1A1a1a1" as Address;
const REQUESTER = "0xE1E1E1e1E1E1e1e1E1E1E1e1e1e1E1E1E1E1e1e1" as Address;
const salt = ZeroHash as Address;

describe("Building an order", () => {
  it("fills in what an app order leaves out", () => {
    expect(buildOrder("app", { app: ASSET, salt })).to.deep.equal({
      app: ASSET,
      appprice: 0n,
      volume: 1n,
      tag: NO_TAG,
      datasetrestrict: ZeroAddress,
      workerpoolrestrict: ZeroAddress,
      requesterrestrict: ZeroAddress,
      salt: ZeroHash,
    });
  });

  it("fills in what a dataset order leaves out", () => {
    expect(buildOrder("dataset", { dataset: ASSET, salt })).to.deep.equal({
      dataset: ASSET,
      datasetprice: 0n,
      volume: 1n,
      tag: NO_TAG,
      apprestrict: ZeroAddress,
      workerpoolrestrict: ZeroAddress,
      requesterrestrict: ZeroAddress,
      salt: ZeroHash,
    });
  });

  it("fills in what a workerpool order leaves out", () => {
    expect(buildOrder("workerpool", { workerpool: ASSET, salt })).to.deep.equal({
      workerpool: ASSET,
      workerpoolprice: 0n,
      volume: 1n,
      tag: NO_TAG,
      category: 0n,
      trust: 0n,
      apprestrict: ZeroAddress,
      datasetrestrict: ZeroAddress,
      requesterrestrict: ZeroAddress,
      salt: ZeroHash,
    });
  });

  it("fills in what a request order leaves out, with the requester as beneficiary", () => {
    expect(buildOrder("request", { app: ASSET, requester: REQUESTER, salt })).to.deep.equal({
      app: ASSET,
      appmaxprice: 0n,
      dataset: ZeroAddress,
      datasetmaxprice: 0n,
      workerpool: ZeroAddress,
      workerpoolmaxprice: 0n,
      requester: REQUESTER,
      volume: 1n,
      tag: NO_TAG,
      category: 0n,
      trust: 0n,
      beneficiary: REQUESTER,
      callback: ZeroAddress,
      params: "",
      salt: ZeroHash,
    });
  });

  it("keeps what is given, in any way to write a number", () => {
    const order = buildOrder("app", { app: ASSET, appprice: "12", volume: 3, tag: `0x${"0f".repeat(32)}`, salt });
    expect(order).to.include({ appprice: 12n, volume: 3n, tag: `0x${"0f".repeat(32)}` });
    expect(buildOrder("app", { app: ASSET, volume: MAX_UINT256 }).volume).to.equal(MAX_UINT256);
    const request = buildOrder("request", { app: ASSET, requester: REQUESTER, beneficiary: ASSET });
    expect(request.beneficiary).to.equal(ASSET);
  });

  it("makes two orders of two equal forms, unless they have a salt", () => {
    const [one, two] = [buildOrder("app", { app: ASSET }), buildOrder("app", { app: ASSET })];
    expect(isHexString(one.salt, 32)).to.equal(true);
    expect(one.salt).not.to.equal(two.salt);
  });

  it("says which field is wrong and what it is", () => {
    expect(() => buildOrder("app", { app: ASSET, appprice: -1n })).to.throw(
      InvalidFieldError,
      "AppOrder.appprice is -1",
    );
    expect(() => buildOrder("dataset", { dataset: "0x12" })).to.throw(
      InvalidFieldError,
      'DatasetOrder.dataset is "0x12"',
    );
    expect(() => buildOrder("app", { app: ASSET, tag: "0x1" })).to.throw(InvalidFieldError, 'AppOrder.tag is "0x1"');
    const typo = { app: ASSET, requester: REQUESTER, maxprice: 1n };
    expect(() => buildOrder("request", typo)).to.throw(
      InvalidFieldError,
      "RequestOrder.maxprice is 1, expected no such",
    );
  });

  it("says which kinds of order there are", () => {
    for (const build of [buildOrder, parseOrder, parseSignedOrder]) {
      for (const kind of ["AppOrder", "apporder", "constructor", undefined]) {
        expect(() => build(kind as never, {} as never)).to.throw(
          InvalidFieldError,
          /^kind is .*, expected one of app, dataset, workerpool, request$/,
        );
      }
    }
    expect(() => orderTypes("App" as never)).to.throw(InvalidFieldError, /^kind is "App", expected one of/);
  });

  it("says so of forms and values that JSON cannot show", () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const app = `0x${"11".repeat(20)}`;
    expect(() => buildOrder("app", undefined as never)).to.throw(
      InvalidFieldError,
      "AppOrder is missing, expected an object",
    );
    expect(() => buildOrder("app", { app, volume: circular } as never)).to.throw(
      InvalidFieldError,
      "AppOrder.volume is an object, expected a whole number from 0 to 2^256 - 1",
    );
    expect(() => buildOrder("app", { app, tag: { toJSON: () => undefined } } as never)).to.throw(
      InvalidFieldError,
      "AppOrder.tag is an object, expected 32 bytes",
    );
  });

  it("asks for the fields that nobody can guess", () => {
    const missing = [
      () => buildOrder("app", {} as { app: Address }),
      () => buildOrder("dataset", {} as { dataset: Address }),
      () => buildOrder("workerpool", {} as { workerpool: Address }),
      () => buildOrder("request", { requester: REQUESTER } as { app: Address; requester: Address }),
      () => buildOrder("request", { app: ASSET } as { app: Address; requester: Address }),
    ];
    const fields = ["AppOrder.app", "DatasetOrder.dataset", "WorkerpoolOrder.workerpool", "RequestOrder.app"];
    for (const [index, field] of [...fields, "RequestOrder.requester"].entries()) {
      expect(missing[index]).to.throw(InvalidFieldError, `${field} is missing`);
    }
  });

  it("refuses orders that could never match", () => {
    const zero = ZeroAddress as Address;
    expect(() => buildOrder("app", { app: zero })).to.throw(InvalidFieldError, "AppOrder.app");
    expect(() => buildOrder("dataset", { dataset: zero })).to.throw(InvalidFieldError, "DatasetOrder.dataset");
    const nobody = { app: ASSET, requester: zero };
    expect(() => buildOrder("request", nobody)).to.throw(InvalidFieldError, "RequestOrder.requester");
    expect(() => buildOrder("app", { app: ASSET, volume: 0n })).to.throw(InvalidFieldError, "AppOrder.volume is 0");
  });
});

describe("Reading an order", () => {
  for (const kind of Object.values(OrderKind)) {
    const { order, sign } = orderVector(kind);

    it(`takes the ${kind} order from JSON and gives it back`, () => {
      expect(orderToJson(parseOrder(kind, order))).to.deep.equal(order);
      expect(orderToJson(parseSignedOrder(kind, { ...order, sign }))).to.deep.equal({ ...order, sign });
    });

    it(`misses every field that the ${kind} order has not`, () => {
      for (const field of Object.keys(order)) {
        const { [field]: _left, ...rest } = order;
        expect(() => parseOrder(kind, rest)).to.throw(InvalidFieldError, `Order.${field} is missing`);
      }
      expect(() => parseSignedOrder(kind, order)).to.throw(InvalidFieldError, "Order.sign is missing");
    });
  }

  it("passes over the signature when asked for the bare order", () => {
    const { order, sign } = orderVector("app");
    expect(parseOrder("app", { ...order, sign })).to.deep.equal(parseOrder("app", order));
  });

  it("refuses fields of another kind, and what is not an order", () => {
    const { order } = orderVector("app");
    expect(() => parseOrder("app", { ...order, trust: 1n })).to.throw(InvalidFieldError, "AppOrder.trust");
    expect(() => parseOrder("app", null)).to.throw(InvalidFieldError, "AppOrder is null");
  });
});

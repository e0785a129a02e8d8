import { expect } from "chai";

import { InvalidEndpointError, readEndpoint, resolveEndpoints } from "@poco-marketplace/enclave/network/endpoints.js";
import { rejection } from "../../fixtures/rejection.js";

describe("A place that apps may reach", () => {
  for (const [text, endpoint] of [
    ["127.0.0.1:8548", { host: "127.0.0.1", port: 8548 }],
    ["mail.example:465", { host: "mail.example", port: 465 }],
    ["localhost:1", { host: "localhost", port: 1 }],
    ["10.1.2.3:65535", { host: "10.1.2.3", port: 65_535 }],
  ] as const) {
    it(`is ${text}`, () => expect(readEndpoint(text)).to.deep.equal(endpoint));
  }

  for (const text of [
    "",
    "127.0.0.1",
    ":80",
    "host:0",
    "host:65536",
    "http://host:80",
    "a b:80",
    "host:80/",
    "host:-1",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(() => readEndpoint(text)).to.throw(InvalidEndpointError, "give HOST:PORT, like 127.0.0.1:8548");
    });
  }

  it("is none of IPv6, nor one that nobody knows", async () => {
    expect(() => readEndpoint("[::1]:80")).to.throw(InvalidEndpointError, "apps reach IPv4 only");
    const unknown = resolveEndpoints([{ host: "nobody.invalid", port: 80 }]);
    expect((await rejection(unknown, InvalidEndpointError)).message).to.contain("nobody.invalid:80");
    expect(await resolveEndpoints([{ host: "127.0.0.1", port: 80 }])).to.deep.equal([
      { address: "127.0.0.1", port: 80 },
    ]);
  });
});

import { expect } from "chai";

import { isPublicAddress } from "@poco-marketplace/enclave/network/publicAddress.js";
import { checkLiteral, PrivateAddressError } from "@poco-marketplace/enclave/network/reach.js";

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "93.184.215.14",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "168.63.129.15",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "192.167.255.255",
  "192.169.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "::ffff:8.8.8.8",
  "::ffff:808:808",
  "64:ff9b::8.8.8.8",
  "64:ff9b::808:808",
  "2606:4700::1111",
  "2001:4860:4860::8888",
  "2a00:1450:4001:81b::200e",
  "2001:200::",
];
const PRIVATE = [
  "0.0.0.0",
  "0.255.255.255",
  "10.0.0.0",
  "10.255.255.255",
  "100.64.0.0",
  "100.100.100.200",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.255",
  "168.63.129.16",
  "169.254.0.0",
  "169.254.169.254",
  "172.16.0.0",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.2",
  "192.88.99.1",
  "192.168.0.0",
  "192.168.255.255",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::127.0.0.1",
  "::8.8.8.8",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:10.0.0.1",
  "::ffff:169.254.169.254",
  "::ffff:0:127.0.0.1",
  "0:0:0:0:0:ffff:192.168.1.1",
  "64:ff9b::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::a00:0",
  "64:ff9b::",
  "64:ff9b:1::8.8.8.8",
  "100::1",
  "2001::1",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2001:10::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "2002:808:808::1",
  "3fff::1",
  "4000::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "2606:4700::1111%eth0",
  "fec0::1",
  "ff02::1",
];
/** Ways to write the same, of which a URL makes the usual one. */
const WRITTEN = {
  public: [
    "134744072",
    "0x08080808",
    "010.010.010.010",
    "8.8.2056",
    "0x8.8.8.8",
    "[::ffff:8.8.8.8]",
    "[2606:4700::1111]",
  ],
  private: [
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "127.1",
    "127.0.1",
    "10.1",
    "0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::FFFF:127.0.0.1]",
    "3232235777",
    "0xa9fea9fe",
    "１２７.０.０.１",
    "127。0。0。1",
  ],
};

const hostOf = (written: string) => new URL(`http://${written}/`).hostname;

describe("A public address", () => {
  for (const address of PUBLIC) it(`is ${address}`, () => expect(isPublicAddress(address)).to.equal(true));
  for (const address of PRIVATE) it(`is not ${address}`, () => expect(isPublicAddress(address)).to.equal(false));
  for (const text of ["", "localhost", "8.8.8", "8.8.8.8.8", "8.8.8.256", "08.8.8.8", "[::1]", "::g"]) {
    it(`is not ${JSON.stringify(text)}, which is not an address`, () => expect(isPublicAddress(text)).to.equal(false));
  }
});

describe("The host of a URL", () => {
  for (const written of WRITTEN.public) {
    it(`may be ${written}`, () => expect(() => checkLiteral(hostOf(written))).not.to.throw());
  }
  for (const written of WRITTEN.private) {
    it(`may not be ${written}`, () => {
      expect(() => checkLiteral(hostOf(written))).to.throw(PrivateAddressError, /which is private/);
    });
  }
  it("may be a name, which is judged when it is looked up", () => {
    expect(() => checkLiteral("localhost")).not.to.throw();
  });
});

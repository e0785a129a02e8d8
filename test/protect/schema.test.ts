import { expect } from "chai";

import {
  EmptyDataError,
  extractSchema,
  InvalidKeyError,
  listLeaves,
  detectMediaType,
  UnsupportedValueError,
  type DataObject,
} from "@poco-marketplace/sdk/protect/schema.js";

/** First bytes of files of each kind, from the definitions of the formats, and what the official client calls them. */
const BEGINNINGS: readonly [hex: string, type: string][] = [
  ["255044462d312e37", "application/pdf"],
  ["3c3f786d6c20", "application/xml"],
  ["504b030414000000", "application/zip"],
  ["4d54686400000006", "audio/midi"],
  ["4944330300000000", "audio/mpeg"],
  ["524946462408000057415645", "audio/x-wav"],
  ["424d46000000", "image/bmp"],
  ["474946383961", "image/gif"],
  ["ffd8ffe000104a464946", "image/jpeg"],
  ["89504e470d0a1a0a", "image/png"],
  ["524946462408000057454250", "image/webp"],
  ["000000186674797069736f6d", "video/mp4"],
  ["000001ba44000400", "video/mpeg"],
  ["524946462408000041564920", "video/x-msvideo"],
  // Known kinds that a schema has no word for.
  ["1f8b0800", "application/octet-stream"],
  ["774f4646", "application/octet-stream"],
  // "a,b", and nothing at all
  ["612c62", "application/octet-stream"],
  ["", "application/octet-stream"],
];

describe("The schema of protected data", () => {
  it("has a word for every kind of value and nests as the data does", () => {
    const data = {
      email: "alice@example.com",
      on: true,
      ratio: 0.5,
      big: 10n ** 20n,
      deep: { er: { file: Uint8Array.of(1), buffer: new ArrayBuffer(2) } },
    };

    expect(extractSchema(data)).to.deep.equal({
      email: "string",
      on: "bool",
      ratio: "f64",
      big: "i128",
      deep: { er: { file: "application/octet-stream", buffer: "application/octet-stream" } },
    });
    expect(listLeaves(data).map(({ path, type }) => `${path}:${type}`)).to.deep.equal([
      "email:string",
      "on:bool",
      "ratio:f64",
      "big:i128",
      "deep/er/file:application/octet-stream",
      "deep/er/buffer:application/octet-stream",
    ]);
  });

  for (const [hex, type] of BEGINNINGS) {
    it(`calls a file that begins with ${hex || "nothing"} ${type}`, () => {
      const file = Buffer.concat([Buffer.from(hex, "hex"), Buffer.alloc(hex === "" ? 0 : 16)]);

      expect(detectMediaType(file)).to.equal(type);
    });
  }

  for (const key of ["", "a.b", "a/b", "..", "é", "a b", "__proto__"]) {
    it(`refuses the key "${key}"`, () => {
      const data = { outer: Object.fromEntries([[key, 1]]) };

      expect(() => extractSchema(data)).to.throw(InvalidKeyError, `The key "${key}" under "outer"`);
    });
  }

  const refused: readonly [string, unknown, string][] = [
    ["null", null, "is null"],
    ["undefined", undefined, "is undefined"],
    ["an array", [1, 2], "one key per item"],
    ["a date", new Date(0), "class Date"],
    ["a typed array that is not of bytes", new Uint16Array(2), "class Uint16Array"],
    ["a function", () => 1, "a function"],
    ["NaN", Number.NaN, "is NaN"],
    ["infinity", -Infinity, "is -Infinity"],
    ["2^127", 2n ** 127n, "128 bits"],
    ["-2^127 - 1", -(2n ** 127n) - 1n, "128 bits"],
    ["half a surrogate pair", "\ud83d", "half a character"],
  ];
  for (const [name, value, sentence] of refused) {
    it(`refuses ${name} and says where it is`, () => {
      const data = { a: { b: value } } as unknown as DataObject;

      const error = expect(() => extractSchema(data)).to.throw(UnsupportedValueError, sentence);
      error.with.property("path", "a/b");
    });
  }

  it("refuses data without values", () => {
    expect(() => extractSchema({})).to.throw(EmptyDataError, "The data holds no value");
    expect(() => extractSchema({ a: {} })).to.throw(EmptyDataError, 'The object at "a" holds no value');
  });

  it("refuses data that is not an object, and data that contains itself", () => {
    const loop: Record<string, unknown> = { x: 1 };
    loop["self"] = loop;

    expect(() => extractSchema([1] as unknown as DataObject)).to.throw(UnsupportedValueError, "class Array");
    expect(() => extractSchema(loop as unknown as DataObject)).to.throw(UnsupportedValueError, "contains itself");
  });
});

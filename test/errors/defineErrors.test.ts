import { expect } from "chai";
import { defineErrors, type AssertOf, type ErrorCatalog } from "@poco-marketplace/sdk/errors/defineErrors.js";

const CATALOG = {
  TooHot: (v: { degrees: number }) => `The oven is at ${v.degrees} degrees: let it cool down.`,
  Locked: [423, (v: { by: string }) => `The oven is locked by ${v.by}: ask for the key.`],
} as const satisfies ErrorCatalog;

const ERRORS = defineErrors("OvenError", "reason", CATALOG);
const OvenError = ERRORS.ErrorClass;
const assertOven: AssertOf<typeof CATALOG> = ERRORS.assert;

describe("A catalog of errors", () => {
  it("makes errors with a name, the values, a sentence and a status", () => {
    const cause = new Error("sensor");
    const error = new OvenError("Locked", { by: "Ada" }, { cause });
    expect(error).to.be.instanceOf(Error);
    expect(error).to.be.instanceOf(OvenError);
    expect(error).to.deep.include({
      name: "OvenError",
      reason: "Locked",
      values: { by: "Ada" },
      statusCode: 423,
    });
    expect(error.message).to.equal("The oven is locked by Ada: ask for the key.");
    expect(error.cause).to.equal(cause);
    expect(OvenError.name).to.equal("OvenError");
  });

  it("gives entries without a status the default one", () => {
    expect(new OvenError("TooHot", { degrees: 300 }).statusCode).to.equal(500);
    const Forbidden = defineErrors("OvenError", "reason", CATALOG, 403).ErrorClass;
    expect(new Forbidden("TooHot", { degrees: 300 }).statusCode).to.equal(403);
    expect(new Forbidden("Locked", { by: "Ada" }).statusCode).to.equal(423);
  });

  it("makes an assertion that throws these errors, and only where its condition fails", () => {
    assertOven(true, "Locked", { by: "Ada" });
    expect(() => assertOven(false, "TooHot", { degrees: 300 })).to.throw(
      OvenError,
      "The oven is at 300 degrees: let it cool down.",
    );
  });

  it("keeps catalogs apart", () => {
    const { ErrorClass: KilnError } = defineErrors("KilnError", "fault", CATALOG);
    const error = new KilnError("TooHot", { degrees: 900 });
    expect(error.fault).to.equal("TooHot");
    expect(error).not.to.be.instanceOf(OvenError);
  });
});

import { expect } from "chai";
import { network } from "hardhat";

import { certifyCa, createAuthority, type Period } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { IAttestation__factory } from "../../../typechain-types/index.js";
import { PERIOD } from "../simulation.js";
import { DAY } from "../vectors.js";
import { authorityKeyOf, keyOf, pckNameOf, registerAttestationKey, TEE_INDEX } from "./platforms.js";
import { deployVerifier } from "./verifier.js";

const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
const { networkHelpers } = connection;
const NO_SVN = `0x${"00".repeat(16)}`;
/** Of contracts/types/Attestation.sol. */
const ROLE = { PCK: 0, INTERMEDIATE: 1, ROOT: 2 } as const;

const secondsOf = ({ until }: Period) => BigInt(until.getTime() / 1000);

/** A platform that is registered, whose certificates end one after the other. */
async function expiring(periods: { readonly root: Period; readonly ca: Period; readonly pck: Period }) {
  const base = await createAuthority(periods.root);
  const authority = await certifyCa(base, base.intermediate.key, periods.ca);
  const machine = createMachine();
  const platform = await certifyMachine(machine, authority, periods.pck);
  const { registry } = await deployVerifier(connection, authority.root.certificate);
  const errors = IAttestation__factory.connect(await registry.getAddress(), registry.runner);
  await registry.registerChain(platform.chain[0], platform.chain[1]);
  await registerAttestationKey(connection, registry, platform);
  const point = keyOf(machine.quotingEnclaves.SGX.attestationKey.point);
  return {
    authority,
    platform,
    registry,
    errors,
    check: () => registry.checkAttestationKey(pckNameOf(connection, platform), TEE_INDEX.SGX, point, NO_SVN),
  };
}

describe("A registry of platforms, when time passes,", () => {
  const [first, second, third] = [1, 2, 3].map((day) => ({
    from: PERIOD.from,
    until: new Date(PERIOD.until.getTime() + day * 86_400_000),
  })) as [Period, Period, Period];

  let before: Awaited<ReturnType<typeof networkHelpers.takeSnapshot>>;

  beforeEach(async () => {
    before = await networkHelpers.takeSnapshot();
  });
  afterEach(() => before.restore());

  for (const [which, role, periods] of [
    ["a platform's own", ROLE.PCK, { root: third, ca: second, pck: first }],
    ["that of its CA", ROLE.INTERMEDIATE, { root: third, ca: first, pck: second }],
    ["that of the root", ROLE.ROOT, { root: first, ca: second, pck: third }],
  ] as const) {
    it(`does without a platform from the second on after ${which} has expired`, async () => {
      const { registry, errors, platform, authority, check } = await expiring(periods);
      const end = secondsOf(first);

      await networkHelpers.time.increaseTo(end);
      await check();
      await networkHelpers.time.increaseTo(end + 1n);
      await expect(check()).to.be.revertedWithCustomError(errors, "Expired").withArgs(role, end);
      await expect(registry.registerChain(platform.chain[0], platform.chain[1]))
        .to.be.revertedWithCustomError(errors, "Expired")
        .withArgs(role, end);
      const another = await certifyMachine(createMachine(), authority, periods.pck);
      await expect(registry.registerPlatform(another.chain[0], authorityKeyOf(connection, another.chain[1]).key))
        .to.be.revertedWithCustomError(errors, "Expired")
        .withArgs(role, end);
    });
  }

  it("does with a platform again whose CA comes with a longer certificate, and never with a shorter one", async () => {
    const { registry, errors, authority, check } = await expiring({ root: third, ca: first, pck: third });
    await networkHelpers.time.increaseTo(secondsOf(first) + 1n);
    await expect(check()).to.be.revertedWithCustomError(errors, "Expired");

    for (const period of [third, second]) {
      const renewed = await certifyCa(authority, authority.intermediate.key, period);
      const { chain } = await certifyMachine(createMachine(), renewed, third);
      await registry.registerChain(chain[0], chain[1]);
    }

    await check();
    await networkHelpers.time.increaseTo(secondsOf(second) + 1n);
    await check();
  });
});

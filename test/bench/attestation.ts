import { network } from "hardhat";

import { signAuthorization, taskId, type Hex } from "@poco-marketplace/sdk/index.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { attestedScenes, type AttestedApp } from "../attestation/onchain/attested.js";
import { authorityKeyOf, registerAttestationKey } from "../attestation/onchain/platforms.js";
import { setStrictPolicy, versionsIn } from "../attestation/onchain/strictPolicy.js";
import { chainIn, deployVerifier } from "../attestation/onchain/verifier.js";
import { PERIOD } from "../attestation/simulation.js";
import { DAY, readVector, VECTORS } from "../attestation/vectors.js";

/** What one thing costs, with the precompile for P-256 and without it, and what it may cost with it. */
export type AttestationCost = {
  readonly name: string;
  readonly gas: bigint;
  readonly without: bigint;
  readonly bar?: bigint;
};

type Costs = Readonly<Record<string, bigint>>;
type Sent = Promise<{ wait: () => Promise<{ gasUsed: bigint } | null> }>;

const GAS_LIMIT = 10_000_000n;
const OF_QUOTE = 290_000n;
const CHAIN = 190_000n;
/** Of a TDX module. */
const TEE_TCB_SVN = Uint8Array.from({ length: 16 }, () => 2);

const BARS: Readonly<Record<string, bigint>> = {
  "a chain of a genuine platform, in DER": CHAIN,
  "a chain of a simulated platform, in DER": CHAIN,
  "a genuine platform whose CA is known": 150_000n,
  "an attestation key": 105_000n,
  "contributeAndFinalize, attested: above a plain-key broker (SGX)": 70_000n,
  "contributeAndFinalize, attested: above a plain-key broker (TDX)": 70_000n,
  "contributeAndFinalize, attested: above a plain-key broker (image)": 70_000n,
  ...Object.fromEntries(VECTORS.map((name) => [`a genuine quote in one call: ${name}`, OF_QUOTE])),
};

/** Measures everything on two embedded chains, one with the precompile, under a policy that leaves nothing unchecked. */
export async function measureAttestation(): Promise<AttestationCost[]> {
  const costs = await measureOn("osaka");
  const without = await measureOn("prague");
  return Object.entries(costs).map(([name, gas]) => {
    const bar = BARS[name];
    return { name, gas, without: without[name]!, ...(bar !== undefined && { bar }) };
  });
}

async function measureOn(hardfork: "osaka" | "prague"): Promise<Costs> {
  const connection = await network.create({ override: { hardfork, initialDate: DAY } });
  const sgx = await ofContributions(connection, "SGX");
  const tdx = await ofContributions(connection, "TDX");
  const image = await ofContributions(connection, "image");
  return { ...(await ofGenuine(connection)), ...(await ofSimulated(connection)), ...sgx, ...tdx, ...image };
}

type Connection = Parameters<typeof attestedScenes>[0];

async function ofGenuine(connection: Connection): Promise<Costs> {
  const [first, second] = VECTORS.map((name) => chainIn(readVector(name)));
  const { owner, registry, verifier } = await deployVerifier(connection, first![2]);
  const costs: Record<string, bigint> = {};
  costs["a chain of a genuine platform, in DER"] = await gasOf(registry.registerChain(first![0], first![1]));
  const { key } = authorityKeyOf(connection, second![1]);
  costs["a genuine platform whose CA is known"] = await gasOf(registry.registerPlatform(second![0], key));
  for (const name of VECTORS) {
    await setStrictPolicy(registry, versionsIn(readVector(name)));
    // The host of that one bound a service domain to it, so that only its genuineness can be verified.
    const verify = name === "tdx-quote-v5" ? "verifyEvenDebug" : "verify";
    const data = verifier.interface.encodeFunctionData(verify as "verify", [toHex(readVector(name))]);
    const sent = owner.sendTransaction({ to: await verifier.getAddress(), data, gasLimit: GAS_LIMIT });
    costs[`a genuine quote in one call: ${name}`] = await gasOf(sent);
  }
  return costs;
}

async function ofSimulated(connection: Connection): Promise<Costs> {
  const authority = await createAuthority(PERIOD);
  const platform = await certifyMachine(createMachine(), authority, PERIOD);
  const { registry } = await deployVerifier(connection, authority.root.certificate);
  return {
    "a chain of a simulated platform, in DER": await gasOf(
      registry.registerChain(platform.chain[0], platform.chain[1]),
    ),
    "an attestation key": await gasOf(registerAttestationKey(connection, registry, platform)),
  };
}

/** Of three tasks of a deal, two are ended: by an attested enclave, and by one that a key of a broker authorized. */
async function ofContributions(connection: Connection, kind: AttestedApp): Promise<Costs> {
  const { attestedDeal, attestedTrustDomainDeal, attestedImageDeal } = attestedScenes(connection);
  const scene = await { SGX: attestedDeal, TDX: attestedTrustDomainDeal, image: attestedImageDeal }[kind]();
  const { poco, accounts, deal, sign, solo, usual } = scene;
  const version = kind === "SGX" ? 3 : 4;
  const body = kind === "SGX" ? {} : { teeTcbSvn: TEE_TCB_SVN };
  await setStrictPolicy(scene.registry, { ...scene.platform.facts, teeTcbSvn: TEE_TCB_SVN });
  // The first ends dearer than the others, since it is the first that its worker and everyone else is paid for.
  await poco.contributeAndFinalize(...(await solo(await sign({ version, body }))));

  const attested = await gasOf(
    poco.contributeAndFinalize(...(await solo(await sign({ version, body, index: 1n }), 1n))),
  );
  await scene.poco.connect(accounts.owner).setTeeBroker(accounts.broker);
  const permit = { worker: usual.worker, enclave: usual.enclave, taskId: taskId(deal, 2n) };
  const { sign: plain } = await signAuthorization(accounts.broker, permit);
  const byKey = await gasOf(poco.contributeAndFinalize(...(await solo(plain as Hex, 2n))));
  return {
    [`contributeAndFinalize, by a plain-key broker (${kind})`]: byKey,
    [`contributeAndFinalize, attested (${kind})`]: attested,
    [`contributeAndFinalize, attested: above a plain-key broker (${kind})`]: attested - byKey,
  };
}

async function gasOf(sent: Sent): Promise<bigint> {
  return (await (await sent).wait())!.gasUsed;
}

import { getCreateAddress, keccak256, ZeroHash, getAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { compiledContract, firstImmutableOf, isCodeOf, type Compiler } from "./compiledCode.js";
import { finding, type Finding } from "./finding.js";
import { bundlesWith } from "./modules/Facets.js";

/** A contract of a deployment: its name in the manifest, and in the sources. */
interface Deployed {
  readonly name: string;
  readonly contract: string;
  readonly address: Address;
}

/** Registries make the contract behind all of their assets themselves, and know it as their only immutable. */
const IMPLEMENTATIONS: Readonly<Record<string, string>> = {
  AppRegistry: "App",
  DatasetRegistry: "Dataset",
  WorkerpoolRegistry: "Workerpool",
};

/** Where the hub's own facet is, which it creates in its constructor and pins. */
export function diamondOf({ poco }: Pick<Manifest, "poco">): Address {
  return getCreateAddress({ from: poco, nonce: 1 }) as Address;
}

/** Compares the code on chain with this source tree's, for every contract but facets and token, whom nobody is sent to. */
export async function readCode(
  { ethers: { provider } }: NetworkConnection,
  manifest: Manifest,
  compiler: Compiler = compiledContract,
): Promise<Finding[]> {
  const facets = new Set(Object.keys(manifest.facets));
  const findings: Finding[] = [];
  for (const { name, contract, address } of contractsOf(manifest).filter((one) => !facets.has(one.name))) {
    const compiled = await compiler(contract);
    const code = await provider.getCode(address);
    findings.push(codeFinding(`code of ${name}`, contract, isCodeOf(compiled, code)));
    const behind = IMPLEMENTATIONS[contract];
    if (behind === undefined) continue;
    const implementation = getAddress(`0x${(firstImmutableOf(compiled, code) ?? ZeroHash).slice(-40)}`);
    const isOurs = isCodeOf(await compiler(behind), await provider.getCode(implementation));
    findings.push(codeFinding(`code behind the assets of ${name}`, behind, isOurs));
  }
  return findings;
}

/** Compares the hashes that a manifest has of the code with the chain. */
export async function readCodeHashes(connection: NetworkConnection, manifest: Manifest): Promise<Finding[]> {
  const { codeHashes } = manifest;
  if (codeHashes === undefined) return [];
  const now = await codeHashesOf(connection, manifest);
  const names = [...new Set([...Object.keys(codeHashes), ...Object.keys(now)])];
  return names.map((name) =>
    finding(`code hash of ${name}`, codeHashes[name] ?? "recorded", now[name] ?? "no contract"),
  );
}

/** The hash of each contract's code on chain, by its name in the manifest. */
export async function codeHashesOf(
  { ethers: { provider } }: NetworkConnection,
  manifest: Manifest,
): Promise<Record<string, Hex>> {
  const contracts = contractsOf(manifest);
  const codes = await Promise.all(contracts.map(({ address }) => provider.getCode(address)));
  return Object.fromEntries(contracts.map(({ name }, index) => [name, keccak256(codes[index]!) as Hex]));
}

function codeFinding(subject: string, contract: string, isOurs: boolean): Finding {
  return finding(subject, `this tree's ${contract}`, isOurs ? `this tree's ${contract}` : "other code");
}

function contractsOf(manifest: Manifest): Deployed[] {
  const bundles: Readonly<Record<string, string>> = bundlesWith(
    manifest.native ? "NativeEscrowBundle" : "EscrowBundle",
  );
  const { attestation } = manifest;
  return [
    { name: "poco", contract: "Poco", address: manifest.poco },
    { name: "diamond", contract: "UpgradeFacet", address: diamondOf(manifest) },
    { name: "appRegistry", contract: "AppRegistry", address: manifest.appRegistry },
    { name: "datasetRegistry", contract: "DatasetRegistry", address: manifest.datasetRegistry },
    { name: "workerpoolRegistry", contract: "WorkerpoolRegistry", address: manifest.workerpoolRegistry },
    ...Object.entries(manifest.facets).map(([name, address]) => ({ name, contract: bundles[name] ?? name, address })),
    ...(manifest.dataProtector === undefined
      ? []
      : [{ name: "dataProtector", contract: "DataProtector", address: manifest.dataProtector }]),
    ...(attestation === undefined
      ? []
      : [
          { name: "platformRegistry", contract: "PlatformRegistry", address: attestation.platformRegistry },
          { name: "quoteVerifier", contract: "QuoteVerifier", address: attestation.quoteVerifier },
          { name: "teeBroker", contract: "TeeBroker", address: attestation.teeBroker },
        ]),
  ];
}

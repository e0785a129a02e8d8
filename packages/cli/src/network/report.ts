import { heading } from "../table.js";
import type { AttestationMode } from "./attestation/mode.js";
import type { NetworkDescription } from "./descriptor.js";

const SANDBOXES = {
  bubblewrap: "bubblewrap",
  node: "none but Node's permission model: install bubblewrap before you run apps of others",
} as const;
const ATTESTATION: Readonly<Record<AttestationMode, string>> = {
  intel: "quotes of platforms under Intel's root",
  simulated: "quotes of simulated platforms, which prove nothing about hardware",
  none: "NONE: any key that a worker names counts as an enclave's, and is paid",
};

/** Describes a running network for the terminal. */
export function report(network: NetworkDescription, file: string, seconds: number): string {
  const {
    rpc,
    dataprotector,
    market,
    sms,
    ipfsNode,
    ipfsGateway,
    registry,
    hub,
    rlc,
    chainId,
    compass,
    pocoSubgraph,
    workerpool,
    scheduler,
    sandbox,
    accounts,
  } = network;
  const endpoints = [
    ["chain", `${rpc} (id ${chainId})`],
    ["hub", hub],
    ["RLC", rlc ?? "the chain's own coin"],
    ...(dataprotector === undefined ? [] : [["DataProtector", dataprotector] as const]),
    ["order market", market],
    ["secrets (SMS)", sms],
    [
      "content store (IPFS)",
      ipfsNode === ipfsGateway ? `${ipfsNode} (node and gateway)` : `${ipfsNode}, ${ipfsGateway}`,
    ],
    ...(registry === undefined ? [] : [["container registry", `${registry} (push without a login)`] as const]),
    ["attestation", ATTESTATION[network.attestation]],
    ["compass", compass],
    ["subgraphs (GraphiQL)", pocoSubgraph],
    ...(workerpool === undefined ? [] : [["workerpool", workerpool] as const]),
    ...(scheduler === undefined ? [] : [["scheduler", scheduler] as const]),
    ...(sandbox === undefined ? [] : [["sandbox of apps", SANDBOXES[sandbox]] as const]),
  ] as const;
  return [
    heading(`The network is ready, after ${seconds.toFixed(1)} s`),
    ...lines(endpoints),
    ...(accounts.length === 0 ? [] : describeAccounts(accounts)),
    `   For programs: ${file}; for projects of the command iexec: chain.json beside it`,
    "   Ctrl-C stops everything.",
  ].join("\n");
}

function describeAccounts(accounts: NetworkDescription["accounts"]): string[] {
  return [
    heading("Accounts"),
    ...lines(accounts.map(({ role, address, privateKey }) => [role, `${address}  ${privateKey}`] as const)),
    "",
    "   These keys are public: never send anything of value to them.",
  ];
}

function lines(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `   ${name.padEnd(width)}  ${value}`);
}

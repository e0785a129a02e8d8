import { UsageError } from "../commandLine.js";
import { admittedWorkers, openWorkers } from "./pool/memberOptions.js";
import { OFFER_SETTINGS, offerTerms } from "./pool/offerOptions.js";
import { trustSettings } from "./services/trustSettings.js";
import { DEFAULT_CHAIN_ID } from "./services/chain.js";
import { readSettings, type Settings, type SettingValues } from "./settings.js";
import {
  address,
  allowedOrRefused,
  endpoints,
  flag,
  httpUrl,
  iapps,
  manifestFile,
  numberFrom,
  originList,
  port,
  privateKey,
  sandboxDemand,
  text,
} from "./values.js";

/** The most workers that a network starts on one machine. */
export const MAX_WORKERS = 50;

/** The settings of the whole network. */
export const NETWORK_SETTINGS = {
  workers: {
    hint: "N",
    help: "how many workers an embedded chain has (default: 2)",
    read: numberFrom(0, MAX_WORKERS),
    otherwise: 2,
  },
  port: {
    hint: "BASE",
    help: "the first of the ports, 0 for any that are free (default: 8545)",
    read: port,
    otherwise: 8545,
  },
  state: {
    hint: "DIR",
    help: "where everything is kept; a second start goes on from there (default: .network)",
    read: text,
    otherwise: ".network",
  },
  fresh: { hint: "", help: "forget what is kept there, and begin anew", read: flag, otherwise: false },
  chainId: {
    hint: "ID",
    help: `of the embedded chain (default: ${DEFAULT_CHAIN_ID}, which the official clients know)`,
    read: numberFrom(1, 2 ** 48),
    otherwise: DEFAULT_CHAIN_ID,
  },
  rpc: {
    hint: "URL",
    help: "join the chain of this node instead of starting one",
    read: httpUrl,
    otherwise: undefined,
  },
  deployment: {
    hint: "FILE",
    help: "the manifest of what is deployed on that chain",
    // The manifest is read here to fail early on an invalid file; services read it themselves.
    read: (file: string) => ({ file, manifest: manifestFile(file) }),
    otherwise: undefined,
  },
  attestation: {
    hint: "HOW",
    help: "of enclaves on the embedded chain: simulated (default), or none: any key that a worker names counts as one",
    read: simulatedOrNone,
    otherwise: undefined,
  },
  ...trustOptions(),
  workerpool: {
    hint: "ADDRESS",
    help: "the workerpool to run on a joined chain (default: one of the owner's, registered when it is missing)",
    read: address,
    otherwise: undefined,
  },
  ...OFFER_SETTINGS,
  admitWorkers: {
    ...admittedWorkers,
    help: "accounts of workers elsewhere that may join the pool, besides those that run here (default: none)",
  },
  openWorkers,
  platform: {
    hint: "FILE",
    help: "the simulated platform of enclaves on a joined chain (default: one of this network's own)",
    read: text,
    otherwise: undefined,
  },
  key: {
    hint: "",
    help: "on a joined chain, the private key of the workerpool's owner (default: no workerpool is run)",
    read: privateKey,
    otherwise: undefined,
    isSecret: true,
  },
  workerKeys: {
    hint: "",
    help: "on a joined chain, the private keys of the workers, with commas between (default: no workers)",
    read: (keys: string) => keys.split(",").map(privateKey),
    otherwise: [],
    isSecret: true,
  },
  sandbox: {
    hint: "none",
    help: "none: workers on a joined chain do without a sandbox where bubblewrap is not there (default: they refuse)",
    read: sandboxDemand,
    otherwise: "bubblewrap",
  },
  appAllow: {
    hint: "HOST:PORT,…",
    help: "what apps that ask for the network may reach besides the internet (default: nothing but an embedded network's own)",
    read: endpoints,
    otherwise: [],
  },
  appNetwork: {
    hint: "refused",
    help: "refused: workers take no tasks whose app asks for the network (default: allowed)",
    read: allowedOrRefused,
    otherwise: "allowed",
  },
  iapps: {
    hint: "NAME=APP,…",
    help: "apps that clients look up by name, such as web3mail-tdx (default: none)",
    read: iapps,
    otherwise: {},
  },
  origins: {
    hint: "ORIGIN,…",
    help: "web pages that may call chain and services, like https://app.example, or * (default: those of this machine)",
    read: originList,
    otherwise: [],
  },
  json: {
    hint: "",
    help: "print what network.json holds once all is ready, and nothing else",
    read: flag,
    otherwise: false,
  },
} as const satisfies Settings;

/** The options of the whole network. */
export type NetworkOptions = SettingValues<typeof NETWORK_SETTINGS>;

const COMMAND = "poco network";

/**
 * Reads the options of the whole network.
 *
 * @param given - The values of the options of `poco network`, by name.
 * @throws {@link UsageError}
 */
export function readNetworkOptions(
  given: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): NetworkOptions {
  const options = readSettings(COMMAND, NETWORK_SETTINGS, { given, environment });
  if ((options.rpc === undefined) !== (options.deployment === undefined))
    throw new UsageError(
      `--rpc and --deployment go together: the node of a chain, and what is deployed there. See ${COMMAND} --help.`,
    );
  assertPoolFits(options);
  // An embedded chain needs no such checks: its keys are public, and its money is worthless.
  if (options.rpc !== undefined && options.key !== undefined) {
    assertHasWorkers(options);
    offerTerms(options);
  }
  assertTrustFits(options);
  return options;
}

/**
 * Asserts that at least one worker may join the pool.
 *
 * @throws {@link UsageError}
 */
function assertHasWorkers({ workerKeys, admitWorkers, openWorkers: stake }: NetworkOptions): void {
  if (workerKeys.length + admitWorkers.length === 0 && stake === undefined)
    throw new UsageError(
      "No worker may join this pool: set POCO_WORKER_KEYS, the private keys of workers to run here; --admit-workers ADDRESS,… " +
        "with the accounts of those elsewhere; or --open-workers NRLC to let in whoever has that much in escrow.",
    );
}

/** Asserts that options of a pool come with a chain to join, and that workers come with a pool's key. */
function assertPoolFits({ rpc, key, workerKeys, workerpool, platform }: NetworkOptions): void {
  const said = key !== undefined || workerKeys.length > 0 || workerpool !== undefined || platform !== undefined;
  if (rpc === undefined && said)
    throw new UsageError(
      "POCO_KEY, POCO_WORKER_KEYS, --workerpool and --platform are for a chain that is joined: give --rpc and " +
        "--deployment too, or leave them out.",
    );
  if (key === undefined && (workerKeys.length > 0 || workerpool !== undefined))
    throw new UsageError(
      "Set POCO_KEY, the private key of the workerpool's owner: without it no workerpool is run, and workers have nothing " +
        "to do.",
    );
}

/**
 * Asserts that attestation options fit the chain: a joined chain's deployment sets the mode, and the embedded chain's
 * platforms are simulated.
 */
function assertTrustFits({ rpc, attestation, tcb, crl, registry, acceptOutdatedPlatforms }: NetworkOptions): void {
  if (rpc !== undefined && attestation !== undefined)
    throw new UsageError(
      `--attestation ${attestation} is for the embedded chain: on one that is joined, the deployment says how enclaves are ` +
        "attested. Leave it out.",
    );
  const isTold = [tcb, crl, registry].some((one) => one !== undefined) || acceptOutdatedPlatforms;
  if (rpc === undefined && isTold)
    throw new UsageError(
      "--tcb, --crl, --registry and --accept-outdated-platforms are for a chain that is joined: the platforms of the " +
        "embedded one are simulated. Leave them out.",
    );
}

function simulatedOrNone(said: string): "simulated" | "none" {
  if (said === "simulated" || said === "none") return said;
  throw new Error("use simulated or none");
}

/** The services' trust settings, with files as plain text: the services read and check them. */
function trustOptions() {
  const { tcb, crl, registry, septVeDisable, acceptOutdatedPlatforms } = trustSettings;
  const asText = { read: text, otherwise: undefined } as const;
  return {
    tcb: { ...tcb, ...asText },
    crl: { ...crl, ...asText },
    registry: { ...registry, ...asText },
    septVeDisable,
    acceptOutdatedPlatforms,
  };
}

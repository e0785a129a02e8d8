import { UsageError } from "../commandLine.js";
import { admittedWorkers, openWorkers } from "./pool/memberOptions.js";
import { OFFER_SETTINGS, offerTerms } from "./pool/offerOptions.js";
import { trustSettings } from "./services/trustSettings.js";
import { DEFAULT_CHAIN_ID } from "./services/chain.js";
import { readSettings, type Settings, type SettingValues } from "./settings.js";
import {
  address,
  offeredNetwork,
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
    help: "the number of workers on an embedded chain (default: 2)",
    read: numberFrom(0, MAX_WORKERS),
    otherwise: 2,
  },
  port: {
    hint: "BASE",
    help: "the first of the ports; 0 chooses free ones (default: 8545)",
    read: port,
    otherwise: 8545,
  },
  state: {
    hint: "DIR",
    help: "the folder of the network's state, from which the next start resumes (default: .network)",
    read: text,
    otherwise: ".network",
  },
  fresh: { hint: "", help: "delete the state in that folder first", read: flag, otherwise: false },
  chainId: {
    hint: "ID",
    help: `the id of the embedded chain (default: ${DEFAULT_CHAIN_ID}, which the official clients know)`,
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
    help: "the manifest of the contracts that are deployed on that chain",
    // The manifest is read here to fail early on an invalid file; services read it themselves.
    read: (file: string) => ({ file, manifest: manifestFile(file) }),
    otherwise: undefined,
  },
  attestation: {
    hint: "HOW",
    help: "attestation on the embedded chain: simulated (default), or none: any key that a worker names counts as an enclave's",
    read: simulatedOrNone,
    otherwise: undefined,
  },
  ...trustOptions(),
  workerpool: {
    hint: "ADDRESS",
    help: "the workerpool to run on a joined chain (default: one of the owner's, which is registered if there is none)",
    read: address,
    otherwise: undefined,
  },
  ...OFFER_SETTINGS,
  admitWorkers: {
    ...admittedWorkers,
    help: "accounts of workers on other machines that may join the pool (default: none)",
  },
  openWorkers,
  platform: {
    hint: "FILE",
    help: "the simulated platform of enclaves on a joined chain (default: one that this network creates)",
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
    help: "on a joined chain, the private keys of the workers, separated by commas (default: no workers)",
    read: (keys: string) => keys.split(",").map(privateKey),
    otherwise: [],
    isSecret: true,
  },
  sandbox: {
    hint: "none",
    help: "none: workers on a joined chain run apps without a sandbox if bubblewrap is missing (default: they do not start)",
    read: sandboxDemand,
    otherwise: "bubblewrap",
  },
  appAllow: {
    hint: "HOST:PORT,…",
    help: "endpoints besides the internet that apps with network access may reach (default: those of an embedded network)",
    read: endpoints,
    otherwise: [],
  },
  appNetwork: {
    hint: "off|public|all",
    help: "the network of apps that ask for it: none, the internet, or private networks too (default: public)",
    read: offeredNetwork,
    otherwise: "public",
  },
  iapps: {
    hint: "NAME=APP,…",
    help: "apps that clients look up by name, such as web3mail-tdx (default: none)",
    read: iapps,
    otherwise: {},
  },
  origins: {
    hint: "ORIGIN,…",
    help: "web pages that may call chain and services, such as https://app.example, or * for all (default: those of this machine)",
    read: originList,
    otherwise: [],
  },
  json: {
    hint: "",
    help: "print only the content of network.json, when everything is ready",
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
      `--rpc and --deployment go together: the node of a chain, and the manifest of the contracts on it. See ${COMMAND} --help.`,
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
        "with the accounts of workers on other machines; or --open-workers NRLC to admit any account with that much in escrow.",
    );
}

/** Asserts that options of a pool come with a chain to join, and that workers come with a pool's key. */
function assertPoolFits({ rpc, key, workerKeys, workerpool, platform }: NetworkOptions): void {
  const isConfigured = key !== undefined || workerKeys.length > 0 || workerpool !== undefined || platform !== undefined;
  if (rpc === undefined && isConfigured)
    throw new UsageError(
      "POCO_KEY, POCO_WORKER_KEYS, --workerpool and --platform are for a joined chain: give --rpc and --deployment too, or " +
        "omit them.",
    );
  if (key === undefined && (workerKeys.length > 0 || workerpool !== undefined))
    throw new UsageError(
      "Set POCO_KEY, the private key of the workerpool's owner: without it no workerpool is run, and workers get no " +
        "tasks.",
    );
}

/**
 * Asserts that attestation options fit the chain: a joined chain's deployment sets the mode, and the embedded chain's
 * platforms are simulated.
 */
function assertTrustFits({ rpc, attestation, tcb, crl, registry, acceptOutdatedPlatforms }: NetworkOptions): void {
  if (rpc !== undefined && attestation !== undefined)
    throw new UsageError(
      `--attestation ${attestation} is for the embedded chain: the deployment of a joined chain determines how enclaves are ` +
        "attested. Omit it.",
    );
  const hasTrustOptions = [tcb, crl, registry].some((one) => one !== undefined) || acceptOutdatedPlatforms;
  if (rpc === undefined && hasTrustOptions)
    throw new UsageError(
      "--tcb, --crl, --registry and --accept-outdated-platforms are for a joined chain: the platforms of the embedded " +
        "one are simulated. Omit them.",
    );
}

function simulatedOrNone(value: string): "simulated" | "none" {
  if (value === "simulated" || value === "none") return value;
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

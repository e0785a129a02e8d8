import { DeployError } from "./DeployError.js";

/** The errors of Hardhat and Ignition that people run into, by code, in words that say what to do. */
const SENTENCES: Readonly<Record<string, (named: Readonly<Record<string, string>>) => string>> = {
  HHE7: ({ name }) =>
    `${name} is not set: put it in the keystore with \`npx hardhat keystore set ${name}\`, ` +
    "or in the environment variable of that name.",
  HHE28: ({ configVariable }) => `There is no URL in ${configVariable}: give it a node, such as http://127.0.0.1:8545.`,
  HHE30: ({ configVariable = "" }) =>
    `${/"(\w+)"/.exec(configVariable)?.[1] ?? "The key to deploy with"} is not a key: it should be 64 hexadecimal digits, with or without 0x; correct it in the keystore ` +
    "(`npx hardhat keystore set`) or in the environment.",
  HHE703: ({ network }) => `No node answers for "${network}": check its RPC address, and that you are online.`,
  HHE704: () => "The node did not answer in time: try again, or use another RPC address.",
  HHE705: ({ networkName }) =>
    `There is no network "${networkName}": use one of those in hardhat.config.ts, as in \`--network sepolia\`.`,
  HHE708: ({ configChainId, connectionChainId }) =>
    `The RPC address leads to chain ${connectionChainId}, but this network is chain ${configChainId}: correct the address.`,
  HHE10402: ({ sender }) => interference(sender),
  HHE10403: ({ sender }) => interference(sender),
  HHE10404: ({ sender }) => interference(sender),
  HHE10411: ({ sender }) => interference(sender),
  HHE10412: ({ sender }) =>
    `The node does not know all transactions of ${sender} (yet): wait a minute, and run the same command again.`,
  HHE10400: () => "The node dropped a transaction: run the same command again, what is deployed stays.",
  HHE50000: () =>
    "The keystore's password is wrong, or its file is damaged: try again; `npx hardhat keystore path` says where it is.",
  HHE11104: ({ chainId }) =>
    `Chain ${chainId} lacks CreateX, which --strategy create2 deploys through: see docs/how-to/deploy.md, or use --strategy basic.`,
};

function interference(sender: string | undefined): string {
  return (
    `Other transactions of ${sender} are on their way: send nothing else from it, wait a minute, ` +
    "and run the same command again; what is deployed stays."
  );
}

/** One sentence on why it failed and what to do; undefined for what nobody foresaw. */
export function sentenceOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DeployError) return cause.message;
    const code = /^HHE\d+(?=:)/.exec(cause.message)?.[0];
    if (code !== undefined && SENTENCES[code] !== undefined) return SENTENCES[code](argumentsOf(cause));
    if (/insufficient funds|doesn't have enough funds/i.test(cause.message)) {
      return "The deployer ran out of coins: send it some and run the same command again, what is deployed stays.";
    }
    if (/^Failed to make \w+ request/.test(cause.message)) {
      return "The line to the node broke: run the same command again, what is deployed stays.";
    }
  }
  return undefined;
}

function argumentsOf(error: Error): Readonly<Record<string, string>> {
  const found: unknown = "messageArguments" in error ? error.messageArguments : undefined;
  return Object.fromEntries(Object.entries(Object(found) as object).map(([name, value]) => [name, String(value)]));
}

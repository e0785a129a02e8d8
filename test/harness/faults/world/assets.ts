import { randomBytes } from "node:crypto";

import { toUtf8Bytes, type JsonRpcProvider, Wallet } from "ethers";

import { DatasetProvider } from "@poco-marketplace/cli/demo/actors/DatasetProvider.js";
import { Requester } from "@poco-marketplace/cli/demo/actors/Requester.js";
import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { generateResultKeyPair, toResultSecret } from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { appSecret, RESERVED, requesterSecret, web2Secret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { packApp, packageChecksum } from "@poco-marketplace/enclave/app/package.js";
import { uploadResult } from "@poco-marketplace/services/worker/resultUpload.js";
import type { NetworkDescription } from "@poco-marketplace/cli/network/descriptor.js";
import type { Marker } from "../judge/markers.js";

/** The app, its data and secrets, and their owners. */
export interface Assets {
  readonly app: Address;
  readonly dataset: Address;
  /** The account for which results are encrypted, which is used for nothing else. */
  readonly beneficiary: Address;
  /** The name of the requester's secret. */
  readonly secretName: string;
  /** The private key that decrypts results. */
  readonly resultKey: string;
  /** The secrets that must not be in any log. */
  readonly markers: readonly Marker[];
  /** The expected result of a task in an enclave. */
  readonly secretAnswer: object;
}

/** The expected result without secrets. */
export const PLAIN_ANSWER = { answer: 42 };
const RESULT_MARKER = "MARKER-OF-RESULT";
/** The escrow of each account that pays, in nRLC. */
const DEPOSIT = 1_000_000_000n;

/** The source of an app that runs for as many milliseconds as its argument says. */
const PROGRAM = `
import fs from "node:fs";
import path from "node:path";
const env = process.env;
const out = env.IEXEC_OUT;
const secret = env.IEXEC_REQUESTER_SECRET_1;
const data = () => fs.readFileSync(path.join(env.IEXEC_IN, env.IEXEC_DATASET_FILENAME), "latin1");
const said =
  secret === undefined
    ? { answer: 42 }
    : {
        said: "${RESULT_MARKER}",
        data: /MARKER-OF-DATA-[0-9a-f]{32}/.exec(data())?.[0],
        app: env.IEXEC_APP_DEVELOPER_SECRET,
        secret,
      };
console.log("computing");
setTimeout(() => {
  fs.writeFileSync(path.join(out, "said.json"), JSON.stringify(said));
  fs.writeFileSync(path.join(out, "computed.json"), '{"deterministic-output-path":"said.json"}');
}, Number(process.argv[2] ?? 0));
`;

/** Publishes the assets of the deals, with a marker in every secret. */
export async function publishAssets(
  network: NetworkDescription,
  contracts: Contracts,
  provider: JsonRpcProvider,
): Promise<Assets> {
  const walletOf = (role: string) =>
    new Wallet(network.accounts.find((account) => account.role === role)!.privateKey, provider);
  const [developer, owner, requester] = [walletOf("app developer"), walletOf("data provider"), walletOf("requester")];
  const { signal } = new AbortController();
  const [data, ofApp, ofRequester] = [marker("DATA"), marker("APP"), marker("REQUESTER")];
  const secretName = `faults-${randomBytes(4).toString("hex")}`;
  const sms = new SecretsClient(network.sms);

  const app = await publishApp(developer, contracts, network.ipfsNode);
  await sms.push(appSecret(app), ofApp, developer);
  await sms.push(requesterSecret(requester.address as Address, secretName), ofRequester, requester);

  let datasetKey = "";
  const writer = sms.writerOf(owner);
  const store = {
    put: (bytes: Uint8Array) => uploadResult(network.ipfsNode, bytes, signal),
    get: async (cid: string) => readContent(network.ipfsGateway, cid),
  };
  const vault = {
    push: (name: Parameters<typeof writer.push>[0], secret: string) => {
      datasetKey = secret;
      return writer.push(name, secret);
    },
  };
  const { dataset } = await new DatasetProvider(contracts, owner, { store, vault }).publish("data", Buffer.from(data));

  const pair = await generateResultKeyPair();
  const reader = Wallet.createRandom();
  const beneficiary = reader.address as Address;
  await sms.push(web2Secret(beneficiary, RESERVED.resultKey), toResultSecret(pair.publicKey), reader);
  await new Requester(contracts, requester).deposit(DEPOSIT);

  const keys = network.accounts.map(({ role, privateKey }) => ({
    name: `the key of ${role}`,
    text: privateKey.slice(2),
  }));
  const markers = [
    { name: "the data", text: data },
    { name: "the dataset's key", text: datasetKey },
    { name: "the app's secret", text: ofApp },
    { name: "the requester's secret", text: ofRequester },
    { name: "the result", text: RESULT_MARKER },
    ...linesOf(pair.privateKey).map((text) => ({ name: "the key of results", text })),
    ...keys,
  ];
  const secretAnswer = { said: RESULT_MARKER, data, app: ofApp, secret: ofRequester };
  return { app, dataset, beneficiary, secretName, resultKey: pair.privateKey, markers, secretAnswer };
}

function marker(name: string): string {
  return `MARKER-OF-${name}-${randomBytes(16).toString("hex")}`;
}

/** Reads a file of the content store. */
export async function readContent(gateway: string, cid: string): Promise<Uint8Array> {
  const answer = await fetch(`${gateway}/ipfs/${cid}`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`The gateway answers ${answer.status} for ${cid}.`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The secret lines of a key in PEM: those in the middle. */
export function linesOf(pem: string): string[] {
  return pem.split("\n").filter((line) => line.length >= 32 && !line.startsWith("-"));
}

async function publishApp(developer: Wallet, { apps }: Contracts, ipfsNode: string): Promise<Address> {
  const files = { "app.mjs": PROGRAM, "enclave.json": '{"entrypoint":"app.mjs","permissions":[]}' };
  const bytes = packApp({
    files: Object.entries(files).map(([path, text]) => ({ path, isExecutable: false, content: toUtf8Bytes(text) })),
  });
  const cid = await uploadResult(ipfsNode, bytes, new AbortController().signal);
  const checksum = packageChecksum(bytes);
  const name = `faults ${randomBytes(4).toString("hex")}`;
  const fields = [developer.address, name, "DOCKER", toUtf8Bytes(`/ipfs/${cid}`), checksum, "0x"] as const;
  await sendAndWait(apps.connect(developer).createApp(...fields));
  return (await apps.predictApp(...fields)) as Address;
}

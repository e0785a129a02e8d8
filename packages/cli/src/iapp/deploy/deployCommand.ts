import { mkdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { formatEther } from "ethers";

import { hexOf, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { formatImageName, parseImageName, type ImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { readImage } from "@poco-marketplace/enclave/image/manifest.js";
import { RegistryClient, type Credentials } from "@poco-marketplace/enclave/image/registry.js";
import { currentFees, feeOf } from "@poco-marketplace/sdk/chain/fees.js";
import { offerApp, registerApp, registrationGas, type ImageTerms } from "@poco-marketplace/sdk/client/publishApp.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import { formatRlc, parseRlc } from "@poco-marketplace/sdk/protocol/format.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { appSecret as appSecretOf } from "@poco-marketplace/sdk/wire/secretRef.js";
import { withClients, type Connected } from "../../account/withClients.js";
import { CommandError, UsageError, wholeNumber, type CommandContext, type CommandOutcome } from "../../commandLine.js";
import type { DeployValues } from "../../commands/iapp.js";
import { loginsFile } from "../../network/services/registrySettings.js";
import { askConsent } from "../../prompt.js";
import { readCommandLine } from "../../readCommandLine.js";
import { buildProject, machineArchitecture } from "../build/buildProject.js";
import { readProject, type IappProject } from "../project/project.js";
import { readSecret } from "../secretValues.js";
import { pushImage } from "./pushImage.js";

/** An image to publish. */
interface PreparedImage {
  readonly name: ImageName;
  readonly digest: Digest;
  /** Pushes the image, unless the registry has it already. */
  readonly push: () => Promise<void>;
}

/** The terms of the app order. */
interface OrderTerms {
  readonly price: bigint;
  readonly volume: number;
  readonly requester: Address | undefined;
}

/** A deployment, as `--json` prints it. */
interface Deployment {
  readonly app: Address;
  readonly name: string;
  readonly image: string;
  readonly checksum: string;
  readonly owner: Address;
  /** Undefined if the app was registered before. */
  readonly transactionHash?: string | undefined;
  /** The hash of the app order; undefined without one. */
  readonly order?: string;
}

/** The most that a unit of gas may cost in an estimate, in wei: no limit that matters. */
const ANY_FEE = 2n ** 128n;

/**
 * Publishes an app: pushes its image to a registry, registers it on chain, and offers it on the market.
 *
 * @throws {@link UsageError}; {@link CommandError}; `PushError`; `BuildError`; the errors of the SDK
 */
export async function runDeployCommand(values: DeployValues, context: CommandContext): Promise<CommandOutcome> {
  const project =
    values.image === undefined || values.project !== undefined ? await readProject(values.project ?? ".") : undefined;
  const order = readOrder(values);
  const secret = values.appSecret ?? project?.appSecret ?? undefined;
  const appSecret = secret === undefined ? undefined : await readSecret("--app-secret", secret);
  const deployment = await withClients(values, "app developer", context, async (connected) => {
    const image = await prepareImage(values, project, connected, context);
    const terms = {
      name: nameOf(values, project, image),
      image: formatImageName(image.name),
      checksum: `0x${hexOf(image.digest)}`,
    } as const;
    await agree(connected, terms, order, { ...context, isAgreed: values.yes === true });
    await image.push();
    const published = await publish(connected, terms, { order, appSecret }, context);
    if (project !== undefined) await note(project, published, connected.clients.contracts.domain.chainId);
    return published;
  });
  return {
    code: 0,
    stdout: values.json === true ? JSON.stringify(deployment, null, 2) : describe(deployment),
    stderr: "",
  };
}

function readOrder({ order, price, volume, requester }: DeployValues): OrderTerms | undefined {
  if (!order) return undefined;
  return readCommandLine(() => ({
    price: parseRlc(price),
    volume: wholeNumber("--volume", volume, 1),
    requester: requester === undefined ? undefined : readAddress("--requester", requester),
  }));
}

/** Builds and pushes the image, or looks up the one that is named. */
async function prepareImage(
  values: DeployValues,
  project: IappProject | undefined,
  { network }: Connected,
  { environment, progress }: Pick<CommandContext, "environment" | "progress">,
): Promise<PreparedImage> {
  if (values.image !== undefined) return findImage(values.image, environment);
  if (project === undefined) throw new UsageError("There is no app here: give --project, or --image NAME@sha256:….");
  const place = values.registry ?? project.registry ?? (network.registry && new URL(network.registry).host);
  if (place === undefined) {
    throw new UsageError(
      'No registry is known: give --registry, such as docker.io/alice, or "registry" in the project\'s poco.json.',
    );
  }
  const repository = parseImageName(`${place}/${project.imageName}`);
  const credentials = readCredentials(repository.registry, environment);
  const built = await progress.during(
    "building the image",
    buildProject(project, { environment, say: progress.print }),
  );
  const name = { ...repository, tag: `${values.appVersion}-${hexOf(built.digest).slice(0, 12)}` };
  async function push(): Promise<void> {
    const digest = await progress.during(`pushing ${formatImageName(name)}`, pushImage(built, name, credentials));
    if (digest === built.digest) return;
    throw new CommandError(
      `The registry has the digest ${digest} for what was pushed as ${built.digest}: it changes manifests, so that no worker ` +
        "could verify the image. Use another registry.",
    );
  }
  return { name, digest: built.digest, push };
}

/** Checks that a registry has the image with the digest in its name. */
async function findImage(text: string, environment: CommandContext["environment"]): Promise<PreparedImage> {
  const { digest, ...name } = parseImageName(text);
  if (digest === undefined) {
    throw new UsageError(`--image is ${text}: name the image by its digest, NAME@sha256:…, since a tag may move.`);
  }
  const credentials = readCredentials(name.registry, environment);
  const client = new RegistryClient({
    privateHosts: "allowed",
    ...(credentials !== undefined && { credentials: { [name.registry]: credentials } }),
  });
  const source = {
    readManifest: (wanted: Digest) => client.readManifest(name, wanted),
    readBlob: (wanted: { digest: Digest; size: number }) => client.readBlob(name, wanted),
  };
  await readImage(digest, source, machineArchitecture());
  return { name, digest, push: () => Promise.resolve() };
}

/** Reads the account at a registry: from the environment, or where `docker login` put it. */
function readCredentials(registry: string, environment: CommandContext["environment"]): Credentials | undefined {
  const { POCO_REGISTRY_USER: username, POCO_REGISTRY_PASSWORD: password } = environment;
  if (username !== undefined && password !== undefined) return { username, password };
  const file = join(environment["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "config.json");
  if (!existsSync(file)) return undefined;
  try {
    return loginsFile(file)[registry];
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be used: ${(cause as Error).message}. Set POCO_REGISTRY_USER and POCO_REGISTRY_PASSWORD instead.`,
      { cause },
    );
  }
}

function nameOf(values: DeployValues, project: IappProject | undefined, { name }: PreparedImage): string {
  const title = project?.imageName ?? name.repository.split("/").at(-1)!;
  return values.name ?? `${title}-${values.appVersion}`;
}

/** Tells what the deployment costs, and asks whether to go on. */
async function agree(
  { clients, signer, provider }: Connected,
  terms: ImageTerms,
  order: OrderTerms | undefined,
  { isTerminal, progress, isAgreed }: Pick<CommandContext, "isTerminal" | "progress"> & { isAgreed: boolean },
): Promise<void> {
  const gas = await registrationGas(clients, terms);
  const cost = gas * feeOf(await currentFees(provider, ANY_FEE));
  const has = await provider.getBalance(signer.address);
  if (has < cost) {
    throw new CommandError(
      `Registering costs about ${formatEther(cost)} of the chain's coin, and account ${signer.address} has ${formatEther(has)}: ` +
        "send it some first.",
    );
  }
  const offered =
    order === undefined
      ? "without an order, so that only its owner can sign one"
      : `${order.volume} tasks at ${formatRlc(order.price)} RLC each for ${order.requester ?? "anybody"}`;
  progress.print(
    [
      `App      ${terms.name}, owned by ${signer.address}`,
      `Image    ${terms.image}, ${terms.checksum}`,
      `Offer    ${offered}`,
      gas === 0n
        ? "Cost     none: it is registered already"
        : `Cost     about ${formatEther(cost)} of the chain's coin (${gas} gas)`,
    ].join("\n"),
  );
  if (isAgreed) return;
  await askConsent({ isTerminal, missing: "Nobody can be asked to confirm the cost: give --yes." }, "Publish it?");
}

async function publish(
  { clients, signer }: Connected,
  terms: ImageTerms,
  { order, appSecret }: { order: OrderTerms | undefined; appSecret: string | undefined },
  { progress }: Pick<CommandContext, "progress">,
): Promise<Deployment> {
  const { app, owner, transactionHash } = await progress.during("registering the app", registerApp(clients, terms));
  if (appSecret !== undefined) {
    await clients.secrets.push(appSecretOf(app), appSecret, signer).catch((cause: unknown) => {
      if (!(cause instanceof ServiceError && cause.reason === "SecretExists")) throw cause;
      progress.print("The app has a secret already, which cannot be replaced.");
    });
  }
  const registered = { app, owner, name: terms.name, image: terms.image, checksum: terms.checksum, transactionHash };
  if (order === undefined) return registered;
  const { price, volume, requester } = order;
  const offer = { app, price, volume, ...(requester !== undefined && { requester }) };
  const { hash } = await progress.during("publishing the order", offerApp(clients, offer));
  return { ...registered, order: hash };
}

/** Adds the deployment to those on this chain that the project keeps, the newest first. */
async function note({ folder }: IappProject, { app, image, owner }: Deployment, chainId: bigint): Promise<void> {
  const place = join(folder, "cache", `${chainId}`);
  const file = join(place, "deployments.json");
  await mkdir(place, { recursive: true });
  const before = existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as object[]) : [];
  const newest = { image, app, owner, date: new Date().toISOString() };
  await writeFile(file, `${JSON.stringify([newest, ...before], null, 2)}\n`);
}

function describe({ app, order }: Deployment): string {
  const next = order === undefined ? [] : ["", "Anybody who may can run it:", "", `  poco iapp run ${app}`];
  return [`The app is ${app}.`, ...next].join("\n");
}

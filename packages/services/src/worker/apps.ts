import { readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { dataLength } from "ethers";

import { OWNER_FILE, ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import { publishedMeasurement, type PublishedDigests } from "@poco-marketplace/sdk/protocol/appMeasurement.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { APP_LIMITS, type App } from "@poco-marketplace/enclave/app/appFolder.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { packageChecksum, unpackApp } from "@poco-marketplace/enclave/app/package.js";
import { App__factory } from "@poco-marketplace/sdk/typechain.js";
import { fetchContent, fetchUrl, type FetchOptions } from "./fetchFile.js";
import { locationOf, type Location } from "./location.js";

/** An app as its owner published it on chain. */
export interface PublishedApp extends PublishedDigests {
  readonly address: Address;
  readonly multiaddr: Hex;
}

/** An app that cannot be run as published: its image is unknown, or its package or measurement differs. */
export class WrongAppError extends Error {
  override readonly name = "WrongAppError";

  constructor(app: Address, problem: string, advice: string) {
    super(`App ${app} ${problem}: ${advice}.`);
  }
}

/** Resolves the name of an image to the location of its package: a content identifier or a URL. */
export type Images = (name: string) => Promise<string | undefined>;

/** The options of a store that keeps apps between tasks. */
export interface AppStoreOptions {
  readonly folder: string;
  /** The maximum disk space of packages in bytes; the least recently used ones are removed first. */
  readonly maxBytes: number;
  readonly images: Images;
}

/** The length of MRTD and four registers, which are zero if only the app was measured. */
const TDX_BYTES = 240;

/** Reads what was published about an app; that never changes. */
export async function readPublishedApp(
  address: Address,
  runner: Parameters<typeof App__factory.connect>[1],
): Promise<PublishedApp> {
  const app = App__factory.connect(address, runner);
  const [multiaddr, checksum, mrEnclave] = await Promise.all([
    app.m_appMultiaddr(),
    app.m_appChecksum(),
    app.m_appMREnclave(),
  ]);
  return { address, multiaddr: multiaddr as Hex, checksum: checksum as Hex, mrEnclave: mrEnclave as Hex };
}

/** Opens a store of apps by what was published about them: each is fetched once, and checked every time. */
export function openAppStore({ folder, maxBytes, images }: AppStoreOptions) {
  async function fetchPackage(app: PublishedApp, options: FetchOptions): Promise<Uint8Array> {
    const location = await resolve(app, locationOf(app.multiaddr), images);
    return location.kind === "ipfs" ? fetchContent(location.cid, options) : fetchUrl(location.url, options);
  }

  return {
    /**
     * Returns an app that is ready to run: its package has the published checksum, and its measurement is the published
     * one.
     *
     * @throws {@link WrongAppError}, `FetchFailedError`, `UnknownLocationError`, the errors of `unpackApp`
     */
    async get(app: PublishedApp, options: FetchOptions): Promise<App> {
      const file = join(folder, `${app.checksum.slice(2)}.pack`);
      const kept = await readFile(file).catch(() => undefined);
      if (kept !== undefined && packageChecksum(kept) === app.checksum) {
        const now = new Date();
        await utimes(file, now, now).catch(() => undefined);
        return checked(app, kept);
      }
      const bytes = await fetchPackage(app, { ...options, maxBytes: 2 * APP_LIMITS.maxBytes });
      const unpacked = checked(app, bytes);
      await keep(file, bytes);
      return unpacked;
    },
  };

  async function keep(file: string, bytes: Uint8Array): Promise<void> {
    await ownFolder(folder);
    const draft = `${file}.${process.pid}.draft`;
    await writeFile(draft, bytes, { mode: OWNER_FILE });
    await rename(draft, file);
    await makeRoom(folder, maxBytes, file);
  }
}

function checked(app: PublishedApp, bytes: Uint8Array): App {
  const checksum = packageChecksum(bytes);
  if (checksum !== app.checksum.toLowerCase()) {
    throw new WrongAppError(
      app.address,
      `has a package of SHA-256 ${checksum}, and published ${app.checksum}`,
      "publish the package that is there under a new app, or put the published one there",
    );
  }
  const unpacked = unpackApp(bytes);
  const { mrEnclave, mrTd } = measureApp(unpacked);
  const published = publishedMeasurement(app);
  const isTdx = dataLength(published) === TDX_BYTES;
  const expected: Hex = isTdx ? `${mrTd}${"00".repeat(TDX_BYTES - dataLength(mrTd))}` : mrEnclave;
  if (published !== expected) {
    throw new WrongAppError(
      app.address,
      `measures ${expected}, and published ${published}`,
      "register it with what npm run measure prints",
    );
  }
  return unpacked;
}

async function resolve(
  { address }: PublishedApp,
  location: Location,
  images: Images,
): Promise<Exclude<Location, { kind: "image" }>> {
  if (location.kind !== "image") return location;
  const place = await images(location.name);
  const found = place === undefined ? undefined : locationOf(`0x${Buffer.from(place).toString("hex")}`);
  if (found === undefined || found.kind === "image") {
    throw new WrongAppError(
      address,
      `is the image ${location.name}, which this worker does not know`,
      "name its package in the table of images, or register the app with the multiaddr /ipfs/<cid>",
    );
  }
  return found;
}

/** Removes the least recently used packages until the rest fits. */
async function makeRoom(folder: string, maxBytes: number, spared: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".pack"));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      return { path, size: found?.size ?? 0, used: found?.mtimeMs ?? 0 };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.toSorted((a, b) => a.used - b.used)) {
    if (total <= maxBytes) return;
    if (path === spared) continue;
    await rm(path, { force: true });
    total -= size;
  }
}

import { readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { dataLength } from "ethers";

import { OWNER_FILE, ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import { publishedMeasurement } from "@poco-marketplace/sdk/protocol/appMeasurement.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { APP_LIMITS, type App } from "@poco-marketplace/enclave/app/appFolder.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { packageChecksum, unpackApp } from "@poco-marketplace/enclave/app/package.js";
import { fetchContent, fetchUrl, type FetchOptions } from "./fetchFile.js";
import type { PackageLocation } from "./location.js";
import { WrongAppError, type PublishedApp } from "./publishedApp.js";

/** The options of a store that keeps packages between tasks. */
export interface PackageStoreOptions {
  readonly folder: string;
  /** The maximum disk space of packages in bytes; the least recently used ones are removed first. */
  readonly maxBytes: number;
}

/** The length of MRTD and four registers, which are zero if only the app was measured. */
const TDX_BYTES = 240;

/** Opens a store of packed apps by their checksums: each is fetched once, and checked every time. */
export function openPackageStore({ folder, maxBytes }: PackageStoreOptions) {
  return {
    /**
     * Returns an app that is ready to run: its package has the published checksum, and its measurement is the published
     * one.
     *
     * @throws {@link WrongAppError}, `FetchFailedError`, the errors of `unpackApp`
     */
    async get(app: PublishedApp, location: PackageLocation, options: FetchOptions): Promise<App> {
      const file = join(folder, `${app.checksum.slice(2)}.pack`);
      const kept = await readFile(file).catch(() => undefined);
      if (kept !== undefined && packageChecksum(kept) === app.checksum) {
        const now = new Date();
        await utimes(file, now, now).catch(() => undefined);
        return checked(app, kept);
      }
      const limited = { ...options, maxBytes: 2 * APP_LIMITS.maxBytes };
      const bytes = await (location.kind === "ipfs"
        ? fetchContent(location.cid, limited)
        : fetchUrl(location.url, limited));
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
      "register it with what poco measure prints",
    );
  }
  return unpacked;
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

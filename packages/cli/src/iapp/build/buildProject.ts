import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import type { Architecture } from "@poco-marketplace/enclave/image/manifest.js";
import type { IappProject } from "../project/project.js";
import { buildAlone } from "./buildAlone.js";
import { BuildError } from "./buildError.js";
import { buildWithEngine, readEngineAddress } from "./engine.js";
import { cacheFolder, LayerCache } from "./layerCache.js";

const ARCHITECTURES: Readonly<Record<string, Architecture>> = { x64: "amd64", arm64: "arm64" };

/**
 * Builds the image of a project: with the container engine of `DOCKER_HOST` if that is set, else with the own builder.
 * Its layers are in `cache/image` of the project until the next build.
 *
 * @param options - The environment; where to tell people what is done.
 * @throws {@link BuildError}; {@link UsageError} if `DOCKER_HOST` is invalid
 */
export async function buildProject(
  { folder: project }: Pick<IappProject, "folder">,
  { environment, say }: { environment: Readonly<Record<string, string | undefined>>; say: (line: string) => void },
): Promise<BuiltImage> {
  const architecture = machineArchitecture();
  const engine = readEngineAddress(environment);
  if (engine === undefined && process.platform !== "linux") {
    throw new BuildError("Images are built without a container engine on Linux only: start one and set DOCKER_HOST.");
  }
  const folder = join(project, "cache", "image");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const options = {
    project,
    folder,
    cache: new LayerCache(await cacheFolder(environment, "layers")),
    architecture,
    say,
  };
  return engine === undefined ? buildAlone(options) : buildWithEngine(engine, options);
}

/**
 * Returns the architecture of this machine, for which images are built.
 *
 * @throws {@link BuildError} for one that no worker has
 */
export function machineArchitecture(): Architecture {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture !== undefined) return architecture;
  throw new BuildError(`No worker runs images for ${process.arch}: build on x64 or arm64.`);
}

import { createWriteStream } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { writeTar } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import type { BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { UsageError } from "../../commandLine.js";
import type { BuildOptions } from "./buildAlone.js";
import { BuildError } from "./buildError.js";
import { readIgnoreFile } from "./ignoreFile.js";
import { entryOf, filesIn, withFolders } from "./machineFiles.js";
import { readArchive } from "./readArchive.js";

/** The address of a container engine: a socket in the file system, or a host and port. */
export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** A line of the engine's answer while it builds. */
interface BuildLine {
  readonly stream?: string;
  readonly error?: string;
  readonly aux?: { readonly ID?: string };
}

/**
 * Reads `DOCKER_HOST`.
 *
 * @returns undefined if it is not set
 * @throws {@link UsageError}
 */
export function readEngineAddress(
  environment: Readonly<Record<string, string | undefined>>,
): EngineAddress | undefined {
  const text = environment["DOCKER_HOST"];
  if (text === undefined || text === "") return undefined;
  const [, socketPath] = /^unix:\/\/(\/.+)$/.exec(text) ?? [];
  if (socketPath !== undefined) return { socketPath };
  const [, host, port] = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+):(\d+)\/?$/.exec(text) ?? [];
  if (host !== undefined) return { host: host.replaceAll(/[[\]]/g, ""), port: Number(port) };
  throw new UsageError(`DOCKER_HOST is ${text}: set unix:///path/of/docker.sock or tcp://host:port, or leave it out.`);
}

/**
 * Builds an image with a container engine, docker or podman, and fetches it from there.
 *
 * @throws {@link BuildError}
 */
export async function buildWithEngine(engine: EngineAddress, options: BuildOptions): Promise<BuiltImage> {
  const { project, folder, architecture, say } = options;
  await assertEngine(engine);
  const ignores = await readIgnoreFile(project);
  // Engines get the Dockerfile even where it is ignored.
  const files = await filesIn(project, (path) => path !== "Dockerfile" && ignores(path));
  const entries: NewEntry[] = await Promise.all(files.map((path) => entryOf(path, join(project, path))));
  const query = new URLSearchParams({ platform: `linux/${architecture}`, rm: "true" });
  const context = Readable.from(writeTar(withFolders(entries)), { objectMode: false });
  const id = await readBuild(await ask(engine, "POST", `/build?${query.toString()}`, context), say);

  const archive = join(folder, "archive.tar");
  const answer = await ask(engine, "GET", `/images/${encodeURIComponent(id)}/get`);
  if (answer.statusCode !== 200)
    throw new BuildError(`The container engine does not give the image: ${await textOf(answer)}`);
  await pipeline(answer, createWriteStream(archive));
  return readArchive(archive, folder);
}

async function assertEngine(engine: EngineAddress): Promise<void> {
  const { statusCode } = await ask(engine, "GET", "/_ping");
  if (statusCode === 200) return;
  throw new BuildError(
    `What listens at DOCKER_HOST is not a container engine (${statusCode}): start docker or podman there.`,
  );
}

async function readBuild(answer: IncomingMessage, say: BuildOptions["say"]): Promise<string> {
  if (answer.statusCode !== 200) throw new BuildError(`The container engine refuses to build: ${await textOf(answer)}`);
  let [id, rest]: (string | undefined)[] = [undefined, ""];
  const read = (line: string) => {
    if (line.trim() === "") return;
    const { stream, error, aux } = JSON.parse(line) as BuildLine;
    if (error !== undefined) throw new BuildError(`The image cannot be built: ${error.trim()}.`);
    if (stream !== undefined && stream.trim() !== "") say(stream.trimEnd());
    id = aux?.ID ?? id;
  };
  for await (const chunk of answer.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop()!;
    for (const line of lines) read(line);
  }
  read(rest ?? "");
  if (id === undefined) throw new BuildError("The container engine built an image and does not name it: update it.");
  return id;
}

async function ask(engine: EngineAddress, method: string, path: string, body?: Readable): Promise<IncomingMessage> {
  const headers = body === undefined ? {} : { "content-type": "application/x-tar" };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request({ ...engine, method, path, headers }, resolve);
  asked.once("error", reject);
  if (body === undefined) asked.end();
  // An engine that refuses early closes the connection; its answer says why.
  else pipeline(body, asked).catch((error: unknown) => reject(error));
  try {
    return await promise;
  } catch (cause) {
    const { message } = cause as Error;
    const advice = "start docker or podman, or unset DOCKER_HOST to build without an engine";
    throw new BuildError(`The container engine at DOCKER_HOST does not answer (${message}): ${advice}.`, { cause });
  }
}

/** Returns the message of an engine's refusal. */
async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer.setEncoding("utf8") as AsyncIterable<string>) text += chunk;
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.trim();
  }
}

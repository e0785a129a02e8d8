import { isDigest, type Digest } from "./digest.js";
import { ImageError } from "./imageError.js";

/** The name of an image. Its tag is for people only, and never decides what is run. */
export interface ImageName {
  /** A host, with its port unless that is the default. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** The registry of names without one. */
export const DOCKER_HUB = "docker.io";

/** Other hosts of Docker Hub. */
const ALIASES: ReadonlySet<string> = new Set(["index.docker.io", "registry-1.docker.io"]);

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])$/;
const TAG = /^\w[\w.-]{0,127}$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const LONGEST_NAME = 255;
const LONGEST_TEXT = 1024;

/**
 * Parses the name of an image in any spelling that Docker accepts: the registry may be missing (Docker Hub, where
 * official images are in `library/`), and so may tag and digest.
 *
 * @throws `ImageError` InvalidName
 */
export function parseImageName(text: string): ImageName {
  const refuse = (problem: string) => new ImageError("InvalidName", { text, problem });
  if (text === "") throw refuse("it is empty");
  if (text.length > LONGEST_TEXT) throw refuse(`it has more than ${LONGEST_TEXT} characters`);
  if (/[\s\p{C}]/u.test(text)) throw refuse("it has a blank or an invisible character");
  const [scheme] = SCHEME.exec(text) ?? [];
  if (scheme !== undefined) throw refuse(`leave out "${scheme}"`);

  const [plain = "", digest, ...more] = text.split("@");
  if (more.length > 0) throw refuse('it has more than one "@"');
  if (digest !== undefined && !isDigest(digest)) {
    throw refuse(`the digest ${JSON.stringify(digest)} is not "sha256:" and 64 hexadecimal digits in lower case`);
  }

  const { registry, rest } = splitRegistry(plain);
  const colon = rest.lastIndexOf(":");
  const path = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? undefined : rest.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) {
    throw refuse(`the tag ${JSON.stringify(tag)} is not 1 to 128 letters, digits, "_", "." and "-"`);
  }
  const problem = problemOfRegistry(registry) ?? problemOfPath(path);
  if (problem !== undefined) throw refuse(problem);

  const repository = registry === DOCKER_HUB && !path.includes("/") ? `library/${path}` : path;
  if (registry.length + 1 + repository.length > LONGEST_NAME) {
    throw refuse(`registry and repository have more than ${LONGEST_NAME} characters`);
  }
  return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Formats a name in full, with its registry. */
export function formatImageName({ registry, repository, tag, digest }: ImageName): string {
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** Splits off the registry: the text before the first slash, unless it could be a user of Docker Hub. */
function splitRegistry(plain: string): { registry: string; rest: string } {
  const slash = plain.indexOf("/");
  const first = slash === -1 ? "" : plain.slice(0, slash);
  if (!/[.:]/.test(first) && first.toLowerCase() !== "localhost") return { registry: DOCKER_HUB, rest: plain };
  const host = first.toLowerCase().replace(/:443$/, "");
  return { registry: ALIASES.has(host) ? DOCKER_HUB : host, rest: plain.slice(slash + 1) };
}

function problemOfRegistry(registry: string): string | undefined {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(registry) ?? [];
  if (host === undefined || !HOST.test(host))
    return `the registry ${JSON.stringify(registry)} is not a host, or host and port`;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    return `the port ${JSON.stringify(port)} of the registry is not between 1 and 65535`;
  }
  return undefined;
}

function problemOfPath(path: string): string | undefined {
  if (path === "") return "it names no repository";
  if (/^[0-9a-f]{64}$/.test(path)) return "it is the id of an image, which no registry knows";
  const wrong = path.split("/").find((component) => !COMPONENT.test(component));
  if (wrong === undefined) return undefined;
  if (wrong === "") return "it has a slash too many";
  const shown = JSON.stringify(wrong);
  if (/[A-Z]/.test(wrong)) return `${shown} has upper-case letters, which no repository has`;
  return `${shown} is not made of lower-case letters and digits, with single ".", "_", "__" or "-" between them`;
}

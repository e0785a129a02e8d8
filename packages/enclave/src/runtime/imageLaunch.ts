import type { ContainerImage } from "../image/manifest.js";
import { enclaveFiles, NODE, packageLinks, readOnly, WORKSPACE, type Bind } from "./enclaveFiles.js";
import type { Launch, SandboxLimits } from "./launch.js";
import type { RuntimeCode } from "./runtimeCode.js";

/** An image for a sandbox, with the limits of its enclave. */
export interface ImageContents {
  readonly image: ContainerImage;
  /** The folder of the image's files. */
  readonly root: string;
  readonly limits: SandboxLimits;
  readonly network: "none" | "own";
}

/** The programs that set up an image's files and start it. */
export const IMAGE_PROGRAMS = ["bwrap", "sh", "mkdir", "mount", "prlimit", "unshare"];
/** In the workspace, as all that the app writes. */
const SHARED_MEMORY = `${WORKSPACE}/shm`;
/** The image's files, which nobody can write to. */
const IMAGE = "/image";
/** The same, to which the app writes. */
export const ROOT = "/root";

/**
 * Mounts the workspace and the app's root folder, and becomes the program that follows, which has no privileges: it may
 * neither mount nor unmount anything.
 *
 * The number of threads is limited for all processes that the enclave and its app have, not for those of the machine.
 */
const SET_UP = `
set -e
mount -t tmpfs -o "size=$1,nr_inodes=$2,mode=0700" work ${WORKSPACE}
mkdir ${WORKSPACE}/upper ${WORKSPACE}/temporary ${SHARED_MEMORY}
mount -t overlay -o "lowerdir=${IMAGE},upperdir=${WORKSPACE}/upper,workdir=${WORKSPACE}/temporary,userxattr" image ${ROOT}
threads=$3
shift 3
exec prlimit --nproc="$threads" unshare --user --map-user=1000 --map-group=1000 -- "$@"`;

/** The files, the limits and the network of a sandbox that runs a command on an image's files. */
export interface ImageSandboxContents {
  /** What the sandbox has of the machine, besides the image's files. */
  readonly files: readonly Bind[];
  /** The folder of the image's files. */
  readonly root: string;
  readonly limits: Pick<SandboxLimits, "maxFileBytes" | "maxFiles" | "maxThreads">;
  readonly network: "none" | "own";
}

/** Builds the command for a sandbox in which `command` runs without privileges, with the image's files in {@link ROOT}. */
export function imageSandbox(
  { files, root, limits, network }: ImageSandboxContents,
  command: readonly string[],
  options: readonly string[] = [],
): string[] {
  const setUp = ["/usr/bin/sh", "-c", SET_UP, "sh", limits.maxFileBytes, limits.maxFiles, limits.maxThreads].map(
    String,
  );
  return [
    ["bwrap", "--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL"],
    network === "own" ? ["--share-net"] : [],
    ["--die-with-parent", "--new-session", "--hostname", "enclave", "--clearenv", "--setenv", "PATH", "/usr/bin"],
    [...readOnly([...files, [root, IMAGE]]), ...options],
    // The sandbox of the app is built in /tmp.
    ["--proc", "/proc", "--dev", "/dev", ...[WORKSPACE, ROOT, "/tmp"].flatMap((path) => ["--dir", path])],
    ["--remount-ro", "/", "--chdir", "/tmp", "--", ...setUp, ...command],
  ].flat();
}

/**
 * Builds a command with a sandbox for an enclave that runs an image. It holds the process with the keys, that is Node,
 * the enclave's code and the image's files, and nothing else of the machine. That process starts the app in a further
 * sandbox, whose root folder is the image with a layer on top that takes what the app writes (`ContainerProgram`).
 *
 * It must be started by an account without privileges: else the app gets no `/proc`, and the limit of threads does not
 * hold.
 *
 * @throws `MissingProgramError`
 */
export function imageLaunch(
  { image, root, limits, network }: ImageContents,
  code: RuntimeCode,
  place: (path: string) => string,
): Launch {
  const files = enclaveFiles(code, IMAGE_PROGRAMS).map(([source, path]): Bind => [place(source), path]);
  const run = [NODE, ...code.flags, `/enclave/${code.main}`];
  const { architecture, entrypoint, command, environment, workingDirectory, user } = image;
  return {
    command: imageSandbox({ files, root: place(root), limits, network }, run, packageLinks(code)),
    app: {
      kind: "image",
      setting: {
        image: { architecture, entrypoint, command, environment, workingDirectory, user },
        root: ROOT,
        bubblewrap: "/usr/bin/bwrap",
        sharedMemory: SHARED_MEMORY,
        network,
      },
    },
    workspace: WORKSPACE,
  };
}

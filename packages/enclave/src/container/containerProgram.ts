import { STACK } from "../network/filter.js";
import { splitArgs } from "../task/args.js";
import { environmentOf, type TaskFolders } from "../task/inputs.js";
import type { ProgramLogs } from "../task/program.js";
import { FIRST_INPUT, type ProgramCommand, type TaskProgram } from "../task/taskProgram.js";
import type { EnclaveTask } from "../task/task.js";
import { ImageRoot } from "./imageRoot.js";
import { systemCallFilter } from "./systemCallFilter.js";
import { processOf, type ImageConfig } from "./imageProcess.js";

/** What an enclave needs to run an image: what the image says, and its files. */
export interface ContainerSetting {
  readonly image: ImageConfig;
  /** The folder of the image's files, to which the app may write and which only this enclave uses. */
  readonly root: string;
  /** The path of Bubblewrap. */
  readonly bubblewrap: string;
  /** An empty folder for the app's shared memory. */
  readonly sharedMemory: string;
  readonly network: "none" | "own";
}

/** The folders of a task, as the app sees them. */
const SEEN: TaskFolders = { input: "/iexec_in", output: "/iexec_out" };
const HOST = "app";
const HOSTS = `127.0.0.1 localhost ${HOST}\n::1 localhost\n`;
/** Folders in the root folder that something is mounted on; a link there would lead it astray. */
const MOUNT_POINTS = ["proc", "dev", "iexec_in", "iexec_out"];
/** Everybody may write to it, and remove what is their own. */
const TEMPORARY_MODE = 0o1777;

/** The program of a container image, which runs in a sandbox of its own within the one of the enclave. */
export class ContainerProgram implements TaskProgram {
  readonly #setting: ContainerSetting;

  constructor(setting: ContainerSetting) {
    this.#setting = setting;
  }

  /** @throws `ContainerError` */
  async commandFor(task: EnclaveTask, folders: TaskFolders): Promise<ProgramCommand> {
    const { image, bubblewrap, sharedMemory, network } = this.#setting;
    const root = new ImageRoot(this.#setting.root);
    for (const name of MOUNT_POINTS) root.makeRealFolder(name);
    root.makeFolder("/tmp", TEMPORARY_MODE);
    root.writeText("/etc/hostname", `${HOST}\n`);
    root.writeText("/etc/hosts", HOSTS);
    root.writeText("/etc/resolv.conf", network === "own" ? `nameserver ${STACK.nameServer}\n` : "");

    const args = typeof task.args === "string" ? splitArgs(task.args) : (task.args ?? []);
    const { command, environment, account, workingDirectory } = processOf(image, args, root);
    const variables = { HOSTNAME: HOST, ...environment, ...environmentOf(task, SEEN) };
    const [optionsFd, filterFd] = [FIRST_INPUT, FIRST_INPUT + 1];
    const options = [
      [
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--cap-drop",
        "ALL",
        "--die-with-parent",
        "--new-session",
      ],
      ["--seccomp", `${filterFd}`, "--hostname", HOST, "--uid", `${account.uid}`, "--gid", `${account.gid}`],
      network === "own" ? ["--share-net"] : [],
      ["--bind", this.#setting.root, "/", "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"],
      ["--bind", sharedMemory, "/dev/shm"],
      ["--ro-bind", folders.input, SEEN.input, "--bind", folders.output, SEEN.output],
      // Secrets are among the variables. Those of the dynamic loader would have an effect on Bubblewrap, if it had them.
      ["--clearenv", ...Object.entries(variables).flatMap((variable) => ["--setenv", ...variable])],
      ["--chdir", root.makeFolder(workingDirectory)],
    ].flat();
    return {
      name: command[0]!,
      command: [bubblewrap, "--args", `${optionsFd}`, "--", ...command],
      environment: {},
      inputs: [Buffer.from(options.map((option) => `${option}\0`).join("")), systemCallFilter(image.architecture)],
      folder: folders.output,
      advise: adviceOf,
    };
  }
}

/** Explains why Bubblewrap does not start a program that is there. */
function adviceOf({ stderr }: ProgramLogs): string | undefined {
  const [, problem] = /^bwrap: execvp .*: (.*)\n$/.exec(stderr) ?? [];
  if (problem === undefined) return undefined;
  const advice = problem.startsWith("Argument")
    ? "make its arguments and variables shorter"
    : "see whether the image has its interpreter (#!) or loader, and for this processor";
  return `It does not start (${problem}): ${advice}.`;
}

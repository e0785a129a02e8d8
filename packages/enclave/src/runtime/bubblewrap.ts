import { architectureOf } from "../image/manifest.js";
import { FIRST_INPUT } from "../task/taskProgram.js";
import { enclaveFiles, NODE, nodeLibraries, packageLinks, readOnly, WORKSPACE, type Bind } from "./enclaveFiles.js";
import { appFlags, TASK_FOLDERS, type SandboxContents, type Launch } from "./launch.js";
import type { RuntimeCode } from "./runtimeCode.js";

/**
 * Separate namespaces for files, processes, shared memory, users, host names and network, and a separate terminal
 * session.
 */
const APART = [
  ["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"],
  ["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
  ["--dev-bind", "/dev/null", "/dev/null"],
].flat();
/** Bubblewrap sets PWD, which is not part of an app's environment. */
const FORGET_PWD = "--import=data:text/javascript,delete process.env.PWD";

/**
 * Builds a command with two nested sandboxes. The outer one holds the process with the keys: Node and the libraries
 * that it has loaded, the enclave's code and packages and the app, all read-only, and a folder in memory for the task's
 * files. That process starts the app in the inner one, which has Node, the app and the task's folder, and nothing with
 * which it could reach the keys: no `/proc`, no other processes, no device but the null device, no further namespaces.
 * Its system calls are filtered.
 *
 * Neither has a network, unless it is that of the namespace in which all of it is started (`userNetwork.ts`).
 */
export function bubblewrapCommand({ app, entrypoint, limits, network }: SandboxContents, code: RuntimeCode): Launch {
  const apart = [...APART, ...(network === undefined ? [] : ["--share-net"])];
  const names = network === undefined ? [] : [...network.files];
  const outside: Bind[] = [
    ...enclaveFiles(code, ["bwrap"]),
    [app, "/app"],
    ...names.map(([place, file]): Bind => [file, place]),
  ];
  const within = [...nodeLibraries(), NODE, "/app", ...names.map(([place]) => place)];
  const { task, input } = TASK_FOLDERS;
  const filtered = architectureOf(process.arch);
  const filter = filtered === undefined ? [] : ["--seccomp", `${FIRST_INPUT}`];
  return {
    command: [
      ["bwrap", ...apart, "--hostname", "enclave", "--clearenv", ...readOnly(outside), "--proc", "/proc"],
      packageLinks(code),
      ["--size", `${limits.maxFileBytes}`, "--tmpfs", WORKSPACE],
      // The inner sandbox creates its root there.
      ["--dir", "/tmp", "--remount-ro", "/", "--chdir", WORKSPACE],
      ["--", NODE, ...code.flags, `/enclave/${code.main}`],
    ].flat(),
    app: {
      kind: "package",
      module: `/app/${entrypoint}`,
      ...(filtered !== undefined && { filtered }),
      interpreter: [
        ["/usr/bin/bwrap", ...apart, "--disable-userns", "--hostname", "app"],
        [...filter, ...readOnly(within.map((path) => [path, path]))],
        ["--bind", task, task, "--ro-bind", input, input, "--remount-ro", "/", "--chdir", task],
        ["--", NODE, ...appFlags(limits), FORGET_PWD],
      ].flat(),
    },
    workspace: WORKSPACE,
  };
}

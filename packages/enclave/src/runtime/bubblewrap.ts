import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";

import { appFlags, TASK_FOLDERS, type SandboxContents, type Launch, type RuntimeCode } from "./launch.js";

const NODE = "/usr/bin/node";
const BWRAP = "/usr/bin/bwrap";
const WORKSPACE = "/work";
/**
 * Separate namespaces for files, processes, shared memory, users, host names and network, and a separate terminal
 * session.
 */
const APART = [
  ["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"],
  ["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
  ["--dev-bind", "/dev/null", "/dev/null"],
].flat();
interface Program {
  readonly path: string;
  readonly libraries: readonly string[];
}
/** Bubblewrap, once it was found. */
let bubblewrap: Program | undefined;
/** Bubblewrap sets PWD, which is not part of an app's environment. */
const FORGET_PWD = "--import=data:text/javascript,delete process.env.PWD";

/**
 * Builds a command with two nested sandboxes. The outer one holds the process with the keys: Node and the libraries
 * that it has loaded, the enclave's code and packages and the app, all read-only, and a folder in memory for the task's
 * files. That process starts the app in the inner one, which has Node, the app and the task's folder, and nothing with
 * which it could reach the keys: no `/proc`, no other processes, no device but the null device, no further namespaces.
 *
 * Neither has a network, unless it is that of the namespace in which all of it is started (`userNetwork.ts`).
 */
export function bubblewrapCommand({ app, entrypoint, limits, network }: SandboxContents, code: RuntimeCode): Launch {
  const apart = [...APART, ...(network === undefined ? [] : ["--share-net"])];
  const names = network === undefined ? [] : [...network.files];
  const ofNode = librariesOfNode();
  bubblewrap ??= programAt(execFileSync("which", ["bwrap"], { encoding: "utf8" }).trim());
  const libraries = [...new Set([...ofNode, ...bubblewrap.libraries])];
  const outside = [
    ...libraries.map((path) => [realpathSync(path), path]),
    [process.execPath, NODE],
    [bubblewrap.path, BWRAP],
    ...code.folders.map((folder) => [`${code.source}/${folder}`, `/enclave/${folder}`]),
    ...[...code.packages].map(([name, place]) => [place, `/enclave/node_modules/${name}`]),
    [app, "/app"],
    ...names.map(([place, file]) => [file, place]),
  ];
  const within = [...ofNode, NODE, "/app", ...names.map(([place]) => place)].map((path) => [path, path]);
  const { task, input } = TASK_FOLDERS;
  return {
    command: [
      ["bwrap", ...apart, "--hostname", "enclave", "--clearenv", ...readOnly(outside), "--proc", "/proc"],
      ...[...code.links].map(([name, folder]) => ["--symlink", `/enclave/${folder}`, `/enclave/node_modules/${name}`]),
      ["--size", `${limits.maxFileBytes}`, "--tmpfs", WORKSPACE],
      // The inner sandbox creates its root there.
      ["--dir", "/tmp", "--remount-ro", "/", "--chdir", WORKSPACE],
      ["--", NODE, ...code.flags, `/enclave/${code.main}`],
    ].flat(),
    program: `/app/${entrypoint}`,
    workspace: WORKSPACE,
    interpreter: [
      [BWRAP, ...apart, "--disable-userns", "--hostname", "app", ...readOnly(within)],
      ["--bind", task, task, "--ro-bind", input, input, "--remount-ro", "/", "--chdir", task],
      ["--", NODE, ...appFlags(limits), FORGET_PWD],
    ].flat(),
  };
}

function readOnly(paths: readonly string[][]): string[] {
  return paths.flatMap((path) => ["--ro-bind", ...path]);
}

function librariesOfNode(): string[] {
  // Without this, the report resolves the host names of all connections, which may take long.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { sharedObjects?: readonly string[] };
  return (report.sharedObjects ?? []).filter((path) => path.startsWith("/") && !path.endsWith(".node"));
}

/** Finds a program's libraries as the loader does. */
function programAt(path: string): Program {
  const found = execFileSync("ldd", [path], { encoding: "utf8" });
  return { path: realpathSync(path), libraries: found.match(/\/\S+(?= \(0x)/g) ?? [] };
}

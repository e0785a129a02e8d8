import { existsSync, realpathSync } from "node:fs";

import { appFlags, type Contents, type Launch, type RuntimeCode } from "./launch.js";

const NODE = "/usr/bin/node";
const WORKSPACE = "/work";
/** How names are looked up, for an app that has the network. */
const NAME_LOOKUP = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"];

/**
 * Bubblewrap: namespaces of its own for files, processes, users and network. What is in there: Node and the libraries
 * that it has loaded, the enclave's code and packages, the app, all of it read-only; a folder in memory for the task's
 * files; no `/proc`, no devices but the null one.
 */
export function bubblewrapCommand({ app, manifest, limits }: Contents, code: RuntimeCode): Launch {
  const hasNetwork = manifest.permissions.includes("network");
  const readOnly = [
    ...librariesOfNode().map((path) => [realpathSync(path), path]),
    [process.execPath, NODE],
    [`${code.source}/src`, "/enclave/src"],
    ...[...code.packages].map(([name, place]) => [place, `/enclave/node_modules/${name}`]),
    [`${code.source}/package.json`, "/enclave/package.json"],
    [app, "/app"],
    ...(hasNetwork ? NAME_LOOKUP.filter(existsSync).map((path) => [realpathSync(path), path]) : []),
  ];
  return {
    command: [
      ["bwrap"],
      ["--unshare-all", "--unshare-user", "--disable-userns", ...(hasNetwork ? ["--share-net"] : [])],
      ["--uid", "1000", "--gid", "1000", "--hostname", "enclave"],
      ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"],
      readOnly.flatMap((paths) => ["--ro-bind", ...paths]),
      ["--dev-bind", "/dev/null", "/dev/null"],
      ["--size", `${limits.maxFileBytes}`, "--tmpfs", WORKSPACE, "--remount-ro", "/", "--chdir", WORKSPACE],
      ["--", NODE, ...code.flags, `/enclave/${code.main}`],
    ].flat(),
    app: "/app",
    workspace: WORKSPACE,
    interpreter: [NODE, ...appFlags(limits)],
  };
}

function librariesOfNode(): string[] {
  const report = process.report.getReport() as { sharedObjects?: readonly string[] };
  return (report.sharedObjects ?? []).filter((path) => path.startsWith("/") && !path.endsWith(".node"));
}

import { appFlags, type Contents, type Launch, type RuntimeCode } from "./launch.js";

/** The image that an enclave runs in: nothing but Node is used of it. */
export const DOCKER_IMAGE = "node:24-slim";

const WORKSPACE = "/work";

/** Docker: a container that is read-only but for a folder in memory, without capabilities, gone when it ends. */
export function dockerCommand({ app, manifest, limits }: Contents, code: RuntimeCode): Launch {
  const mounts = [
    [`${code.source}/src`, "/enclave/src"],
    ...[...code.packages].map(([name, place]) => [place, `/enclave/node_modules/${name}`]),
    [`${code.source}/package.json`, "/enclave/package.json"],
    [app, "/app"],
  ];
  return {
    command: [
      ["docker", "run", "--rm", "--interactive", "--read-only", "--init"],
      ["--network", manifest.permissions.includes("network") ? "bridge" : "none"],
      ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "1000:1000"],
      ["--memory", `${limits.maxMemoryBytes}`, "--memory-swap", `${limits.maxMemoryBytes}`],
      ["--pids-limit", `${limits.maxProcesses * 16}`, "--workdir", WORKSPACE],
      mounts.flatMap(([from, to]) => ["--mount", `type=bind,source=${from},target=${to},readonly`]),
      ["--tmpfs", `${WORKSPACE}:size=${limits.maxFileBytes},uid=1000,gid=1000,mode=0700`],
      [DOCKER_IMAGE, "node", ...code.flags, `/enclave/${code.main}`],
    ].flat(),
    app: "/app",
    workspace: WORKSPACE,
    interpreter: ["node", ...appFlags(limits)],
  };
}

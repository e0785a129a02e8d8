import { task } from "hardhat/config";

const DIRECTORY = {
  name: "directory",
  description: "Where journals and manifests are kept",
  defaultValue: "deploy",
} as const;

const NO_COMPILE = {
  name: "noCompile",
  description: "Don't compile before, as what is compiled is up to date",
} as const;

const YES = { name: "yes", description: "Send without asking" } as const;

const SAFE = {
  name: "safe",
  description: "The Safe that proposes to the timelock, for its signers' hash",
  defaultValue: "",
} as const;

const DRY_RUN = { name: "dryRun", description: "Say what would be sent and what it costs, and send nothing" } as const;

/** What the project adds to Hardhat's command line. */
export const tasks = [
  task("deploy", "Deploys the protocol, hands it over, checks it and writes its manifest")
    .addOption({ name: "strategy", description: "basic, or create2: one address on all chains", defaultValue: "basic" })
    .addOption(DIRECTORY)
    .addFlag(NO_COMPILE)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag({ name: "json", description: "Print the manifest, and nothing else" })
    .addFlag({
      name: "acceptDeployerAsOwner",
      description: "Where others' money is at stake: let the deployer's one key replace all code and take all money",
    })
    .setAction(() => import("./deploy.js"))
    .build(),
  task("upgrade", "Runs an upgrade of deploy/modules/upgrades, after a look at what it stores where")
    .addPositionalArgument({ name: "name", description: "The upgrade, such as Market", defaultValue: "All" })
    .addOption(DIRECTORY)
    .addFlag(NO_COMPILE)
    .addFlag(YES)
    .addFlag(DRY_RUN)
    .addFlag({ name: "allowDowngrade", description: "Replace even code that may be newer than this tree's" })
    .addFlag({ name: "propose", description: "Write what the hub's owner, a Safe or a timelock, is to send" })
    .addOption(SAFE)
    .setAction(() => import("./upgrade.js"))
    .build(),
  task("runtimes", "Lists the runtimes that the TEE broker approves for container images, approves one or withdraws it")
    .addPositionalArgument({ name: "action", description: "list, approve or withdraw", defaultValue: "list" })
    .addPositionalArgument({ name: "runtime", description: "The id of the runtime", defaultValue: "" })
    .addOption(DIRECTORY)
    .addFlag(YES)
    .addFlag({ name: "propose", description: "Write what the broker's owner, a Safe or a timelock, is to send" })
    .addOption(SAFE)
    .setAction(() => import("./runtimes.js"))
    .build(),
];

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

/** What the project adds to Hardhat's command line. */
export const tasks = [
  task("deploy", "Deploys the protocol, hands it over, checks it and writes its manifest")
    .addOption({ name: "strategy", description: "basic, or create2: one address on all chains", defaultValue: "basic" })
    .addOption(DIRECTORY)
    .addFlag(NO_COMPILE)
    .addFlag({ name: "json", description: "Print the manifest, and nothing else" })
    .setAction(() => import("./deploy.js"))
    .build(),
  task("upgrade", "Runs an upgrade of deploy/modules/upgrades, after a look at what it stores where")
    .addPositionalArgument({ name: "name", description: "The upgrade, such as Market" })
    .addOption(DIRECTORY)
    .addFlag(NO_COMPILE)
    .setAction(() => import("./upgrade.js"))
    .build(),
];

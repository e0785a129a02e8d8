import { expect } from "chai";

import { complete, missingPackages } from "../../scripts/checks/lockfile.js";

const VM = { version: "1.2.3", dev: true, license: "MIT", engines: { node: ">= 22" } };
const LINUX = "@vm/binding-linux-arm64-musl";
const LOCK = {
  packages: {
    "node_modules/vm": { ...VM, optionalDependencies: { [LINUX]: "1.2.3", "@vm/binding-win32-x64-msvc": "1.2.3" } },
    "node_modules/@vm/binding-win32-x64-msvc": { version: "1.2.3" },
  },
};

describe("A lock file", () => {
  it("misses an optional dependency that it does not list", () => {
    expect(missingPackages(LOCK).map(({ name }) => name)).to.deep.equal([LINUX]);
  });

  it("is completed by what the name of a package tells", () => {
    const completed = complete(LOCK);
    expect(missingPackages(completed)).to.deep.equal([]);
    expect(completed.packages[`node_modules/${LINUX}`]).to.deep.equal({
      version: "1.2.3",
      cpu: ["arm64"],
      dev: true,
      libc: ["musl"],
      license: "MIT",
      optional: true,
      os: ["linux"],
      engines: { node: ">= 22" },
    });
  });

  it("finds a dependency that another package has for itself", () => {
    const place = `node_modules/vm/node_modules/${LINUX}`;
    expect(missingPackages({ packages: { ...LOCK.packages, [place]: { version: "1.2.3" } } })).to.deep.equal([]);
  });
});

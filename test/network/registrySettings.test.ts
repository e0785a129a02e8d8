import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { registriesOf, registrySettings } from "@poco-marketplace/cli/network/services/registrySettings.js";
import { settingsOf } from "../fixtures/settings.js";
import { withFolder } from "../fixtures/folder.js";

const read = (...args: readonly string[]) => registriesOf(settingsOf("poco", { ...registrySettings }, { args }));
const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });

describe("A worker's settings of container registries", () => {
  it("trust none in its own network unless it is named", () => {
    expect(read()).to.deep.equal({ privateRegistries: [], credentials: {}, mirrors: {} });
    const { privateRegistries } = read("--private-registries=127.0.0.1:5000,Registry.example");
    expect(privateRegistries).to.deep.equal(["127.0.0.1:5000", "registry.example"]);
  });

  it("take the accounts of docker login and podman login, which write Docker Hub in their own way", () =>
    withFolder({}, (folder) => {
      const file = join(folder, "auth.json");
      const auths = { "https://index.docker.io/v1/": auth("alice:pass:word"), "ghcr.io": auth("bob:token") };
      writeFileSync(file, JSON.stringify({ auths }));
      expect(read(`--registry-logins=${file}`).credentials).to.deep.equal({
        "docker.io": { username: "alice", password: "pass:word" },
        "ghcr.io": { username: "bob", password: "token" },
      });

      writeFileSync(file, JSON.stringify({ auths: { "ghcr.io": {} }, credsStore: "desktop" }));
      expect(() => read(`--registry-logins=${file}`)).to.throw(UsageError, "it has no password for ghcr.io");
      writeFileSync(file, "{}");
      expect(() => read(`--registry-logins=${file}`)).to.throw(UsageError, 'it has no "auths"');
    }));

  it("take several mirrors of a registry, in their order", () => {
    const list = "docker.io=https://one.example,ghcr.io=https://two.example,index.docker.io=https://three.example";
    expect(read(`--registry-mirrors=${list}`).mirrors).to.deep.equal({
      "docker.io": ["https://one.example", "https://three.example"],
      "ghcr.io": ["https://two.example"],
    });
  });

  it("refuse what is no registry", () => {
    for (const [args, words] of [
      ["--private-registries=alice", '"alice" is not a registry: give a host, or HOST:PORT'],
      ["--private-registries=ghcr.io/alice", '"ghcr.io/alice" is not a registry'],
      ["--registry-mirrors=https://mirror.example", "give REGISTRY=URL, separated by commas"],
      ["--registry-mirrors=docker.io=http://mirror.example", '"http://mirror.example" is neither https nor on this'],
    ] as const) {
      expect(() => read(args)).to.throw(UsageError, words);
    }
  });
});

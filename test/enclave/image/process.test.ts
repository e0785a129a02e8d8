import { readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";

import { ContainerError } from "@poco-marketplace/enclave/container/containerError.js";
import { findAccount } from "@poco-marketplace/enclave/container/imageAccount.js";
import { processOf, type ImageConfig } from "@poco-marketplace/enclave/container/imageProcess.js";
import { ImageRoot } from "@poco-marketplace/enclave/container/imageRoot.js";
import { rootOf, type ImageFile, type ImageFolder } from "../../fixtures/image/rootOf.js";

const CONFIG: ImageConfig = {
  architecture: "amd64",
  entrypoint: [],
  command: [],
  environment: {},
  workingDirectory: "/",
  user: "",
};
const PASSWD = `root:x:0:0:root:/root:/bin/sh
alice:x:1000:2000:Alice:/home/alice:/bin/sh
twice:x:7:7::/first:/bin/sh
twice:x:8:8::/second:/bin/sh
1000:x:3:3::/home/number:/bin/sh
broken:x:many:0::/:/bin/sh
far:x:5:99999999999::/:/bin/sh
relative:x:6:6::home:/bin/sh
`;
const GROUP = "root:x:0:\nstaff:x:50:alice\nbroken:x::\n";

describe("The process that an image asks for", () => {
  let image: ImageFolder | undefined;
  afterEach(() => image?.remove());

  function rootWith(files: Readonly<Record<string, ImageFile>>): ImageRoot {
    image?.remove();
    image = rootOf(files)!;
    return new ImageRoot(image.root);
  }

  const account = (
    user: string,
    files: Readonly<Record<string, ImageFile>> = { "etc/passwd": PASSWD, "etc/group": GROUP },
  ) => findAccount(rootWith(files), user);

  describe("is its ENTRYPOINT and CMD", () => {
    const files = { "bin/run": "", "app/tool": "", "bin/notes": { text: "", mode: 0o644 } };
    const commandOf = (config: Partial<ImageConfig>, args: readonly string[] = []) =>
      processOf({ ...CONFIG, ...config }, args, rootWith(files)).command;

    it("of which the deal's arguments replace CMD", () => {
      const both = { entrypoint: ["/bin/run", "-x"], command: ["its own"] };
      expect(commandOf(both)).to.deep.equal(["/bin/run", "-x", "its own"]);
      expect(commandOf(both, ["theirs"])).to.deep.equal(["/bin/run", "-x", "theirs"]);
      expect(commandOf({ command: ["run"] }, ["/app/tool", "1"])).to.deep.equal(["/app/tool", "1"]);
    });

    it("found in its PATH, or from its working directory", () => {
      for (const [config, program] of [
        [{}, "run"],
        [{ environment: { PATH: "/none:/app" } }, "tool"],
        [{ environment: { PATH: "app:/bin" } }, "tool"],
        [{ workingDirectory: "/app" }, "./tool"],
        [{ workingDirectory: "/app" }, "../bin/run"],
      ] as const) {
        expect(commandOf({ ...config, entrypoint: [program] })).to.deep.equal([program]);
      }
    });

    it("and nothing to run is an error, and so is what is not there or no program", () => {
      const expected = [
        [{}, "NothingToRun", "names no program"],
        [{ entrypoint: ["/bin/none"] }, "ProgramNotFound", 'no program "/bin/none": correct'],
        [{ entrypoint: ["tool"] }, "ProgramNotFound", 'in its PATH, "/usr/local/sbin'],
        [{ entrypoint: ["./tool"], workingDirectory: "/bin" }, "ProgramNotFound", 'in "/bin"'],
        [{ entrypoint: ["./tool"], workingDirectory: "/new" }, "ProgramNotFound", 'in "/new"'],
        [{ entrypoint: ["/bin/notes"] }, "ProgramNotExecutable", "may not be executed"],
        [{ command: ["notes"] }, "ProgramNotExecutable", "may not be executed"],
        [{ command: ["/app"] }, "ProgramNotExecutable", "is not a file"],
        [{ entrypoint: [""] }, "ProgramNotExecutable", "is not a file"],
        [{ entrypoint: ["/bin/run/x"] }, "ProgramNotFound", 'no program "/bin/run/x"'],
      ] as const;
      for (const [config, reason, words] of expected) {
        const error = refusal(() => commandOf(config));
        expect(error, JSON.stringify(config)).to.include({ reason });
        expect(error.message).to.include(words);
      }
    });

    it("with its variables, and those that container engines add", () => {
      const root = rootWith({ ...files, "etc/passwd": PASSWD });
      const added = processOf({ ...CONFIG, entrypoint: ["/bin/run"], user: "alice" }, [], root).environment;
      expect(added["HOME"]).to.equal("/home/alice");
      expect(added["PATH"]).to.equal("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

      const own = { HOME: "/x", PATH: "/bin", LANG: "C" };
      expect(processOf({ ...CONFIG, entrypoint: ["run"], environment: own }, [], root).environment).to.deep.equal(own);
    });
  });

  describe("runs as its USER", () => {
    it("a name or a number, with the group and the home of its entry", () => {
      const root = { uid: 0, gid: 0, home: "/root" };
      const alice = { uid: 1000, gid: 2000, home: "/home/alice" };
      const expected = {
        "": root,
        "0": root,
        root,
        alice,
        "alice:": alice,
        "alice:staff": { ...alice, gid: 50 },
        "alice:77": { ...alice, gid: 77 },
        "7": { uid: 7, gid: 7, home: "/first" },
        twice: { uid: 7, gid: 7, home: "/first" },
        // As in container engines, a name is looked for before a number.
        "1000": { uid: 3, gid: 3, home: "/home/number" },
        "1234": { uid: 1234, gid: 0, home: "/" },
        "1234:50": { uid: 1234, gid: 50, home: "/" },
        ":staff": { ...root, gid: 50 },
        relative: { uid: 6, gid: 6, home: "/" },
      };
      for (const [user, found] of Object.entries(expected)) expect(account(user), user).to.deep.equal(found);
    });

    it("also where there are no accounts: then it is a number", () => {
      expect(account("", {})).to.deep.equal({ uid: 0, gid: 0, home: "/" });
      expect(account("5:6", {})).to.deep.equal({ uid: 5, gid: 6, home: "/" });
      expect(refusal(() => account("alice", {})).message)
        .to.include('USER "alice"')
        .and.include("/etc/passwd");
    });

    it("and nobody else", () => {
      const expected = {
        bob: "UnknownUser",
        broken: "UnknownUser",
        far: "UnknownUser",
        "-1": "UnknownUser",
        "alice:nobody": "UnknownGroup",
        "alice:broken": "UnknownGroup",
        "2147483648": "InvalidUser",
        "1:2147483648": "InvalidUser",
        "a:b:c": "InvalidUser",
      };
      for (const [user, reason] of Object.entries(expected)) {
        expect(
          refusal(() => account(user)),
          user,
        ).to.include({ reason });
      }
    });

    it("as its own accounts say, not those of this machine to which a link leads", () => {
      const root = rootWith({ "etc/passwd": { link: "../../../../../../etc/passwd" }, "other/x": "" });
      // In an image, `..` of the root folder is the root folder: the link leads to itself.
      expect(refusal(() => findAccount(root, "root"))).to.include({ reason: "TooManyLinks" });

      const own = rootWith({ "etc/passwd": { link: "/lists/accounts" }, "lists/accounts": "x:x:9:9::/:\n" });
      expect(findAccount(own, "x")).to.deep.equal({ uid: 9, gid: 9, home: "/" });
    });

    it("and never as an endless or strange file says", () => {
      const big = { "etc/passwd": "x".repeat(2 ** 20 + 1) };
      expect(refusal(() => account("x", big))).to.include({ reason: "FileTooLarge" });
      expect(refusal(() => account("x", { "etc/passwd/x": "" }))).to.include({ reason: "FileTooLarge" });
    });
  });

  describe("has a root folder", () => {
    it("whose links lead where they lead for the app, and never out of it", () => {
      const root = rootWith({
        "real/file": "1",
        absolute: { link: "/real" },
        up: { link: "../../real" },
        chain: { link: "absolute/file" },
      });
      for (const place of ["/real/file", "/absolute/file", "/up/file", "/chain", "/real/../../absolute/./file"]) {
        expect(root.find(place).path, place).to.equal("/real/file");
        expect(root.readText(place, 10), place).to.equal("1");
      }
      expect(root.find("/absolute/none")).to.deep.equal({ path: "/real/none", stats: undefined });
      expect(root.readText("/real/none", 10)).to.equal(undefined);
    });

    it("in which folders and files are made where a link leads within it", () => {
      const outside = rootOf({ kept: "1" })!;
      try {
        const root = rootWith({ "real/file": "1", out: { link: outside.root }, etc: { link: "/real" } });
        expect(root.makeFolder("/out/new")).to.equal(`${outside.root}/new`);
        root.writeText("/etc/hosts", "2");
        root.writeText("/etc/file", "3");

        expect(readFileSync(path.join(image!.root, "real/hosts"), "utf8")).to.equal("2");
        expect(readFileSync(path.join(image!.root, "real/file"), "utf8")).to.equal("3");
        expect(new ImageRoot(outside.root).find("/new").stats).to.equal(undefined);
        expect(refusal(() => root.makeFolder("/real/file/x"))).to.include({ reason: "NotAFolder" });
        expect(refusal(() => root.writeText("/real", "x"))).to.include({ reason: "NotAFolder" });
      } finally {
        outside.remove();
      }
    });

    it("where a file is written anew, not into a file that has further names", () => {
      const root = rootWith({ "etc/hosts": { link: "/elsewhere" }, elsewhere: "old" });
      root.writeText("/etc/hosts", "new");
      expect(root.readText("/elsewhere", 10)).to.equal("new");
    });

    it("with real folders for mounts, whatever was there", () => {
      const root = rootWith({ "kept/x": "1", target: "2", proc: { link: "/kept" }, dev: "a file" });
      for (const name of ["kept", "proc", "dev", "new"]) root.makeRealFolder(name);
      expect(root.readText("/kept/x", 10)).to.equal("1");
      for (const name of ["/proc", "/dev", "/new"]) {
        const { path: found, stats } = root.find(name);
        expect([found, stats?.isDirectory()]).to.deep.equal([name, true]);
      }
    });

    it("in which links that lead to each other come to an end", () => {
      const root = rootWith({ a: { link: "b" }, b: { link: "a" } });
      expect(refusal(() => root.find("/a/x")).message)
        .to.include('"/a/x"')
        .and.include("too many links");
    });
  });
});

function refusal(act: () => unknown): ContainerError {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(ContainerError);
    return error as ContainerError;
  }
  throw new Error("nothing was refused");
}

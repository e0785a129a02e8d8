import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:net";

import { expect } from "chai";

import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { appOf, kindsHere, runApp, startApp, TASK } from "../../fixtures/attested.js";
import { rejection } from "../../fixtures/rejection.js";
import { SYSCALL } from "../../fixtures/syscall.js";

const kinds = await kindsHere();
/** Whether {@link SYSCALL} means something here. */
const hasNative = process.platform === "linux" && process.arch === "x64";
const [ESRCH, EPERM, EINVAL, ENOSPC, EIDRM, ENOSYS, EAFNOSUPPORT] = [3, 1, 22, 28, 43, 38, 97];
/** Of an inspector that somebody had opened. */
const INSPECTOR = 9229;

/** A function `attempt(name, act)` for apps, which keeps what came of it in `said`. */
const ATTEMPT = `
  const said = {};
  const attempt = async (name, act) => {
    try { said[name] = (await act()) ?? "through"; } catch (error) { said[name] = error.cause?.code ?? error.code ?? error.message; }
  };
  const connect = (net, where) => new Promise((resolve, reject) => net.connect(where).on("connect", resolve).on("error", reject));
`;

for (const kind of kinds) {
  describe(`The keys of an enclave (${kind})`, () => {
    it("are not to be had by a debugger, which no signal opens", async () => {
      const app = await appOf(`${ATTEMPT}
        for (const pid of [process.ppid, 1, ...Array.from({ length: 60 }, (_, i) => i + 2)]) {
          if (pid !== process.pid) await attempt("signal " + pid, () => process.kill(pid, "SIGUSR1"));
        }
        await attempt("debug", () => process._debugProcess(process.ppid));
        await new Promise((resolve) => setTimeout(resolve, 500));
        await attempt("inspector", async () => connect(await import("node:net"), { host: "127.0.0.1", port: ${INSPECTOR} }));
        done(said);`);

      const { inspector, debug } = await runApp({ kind, app });

      expect(inspector).to.be.oneOf(["ECONNREFUSED", "ERR_ACCESS_DENIED"]);
      if (kind === "node") expect(debug).to.equal("ERR_ACCESS_DENIED");
    });

    it("are not to be had by a debugger that the environment of whoever starts it asks for", async () => {
      const before = process.env["NODE_OPTIONS"];
      process.env["NODE_OPTIONS"] = `--inspect=127.0.0.1:0`;
      try {
        const app = await appOf(`done({ options: process.env.NODE_OPTIONS ?? "none", flags: process.execArgv });`);
        const { options, flags } = await runApp({ kind, app });
        expect(options).to.equal("none");
        expect(flags).to.include("--disable-sigusr1");
      } finally {
        if (before === undefined) delete process.env["NODE_OPTIONS"];
        else process.env["NODE_OPTIONS"] = before;
      }
    });

    it("are not lost to an app that ends what it sees", async () => {
      const app = await appOf(`${ATTEMPT}
        for (const signal of ["SIGTERM", "SIGSTOP", "SIGKILL"]) {
          await attempt(signal, () => process.kill(process.ppid, signal));
          if (${kind !== "node"}) await attempt(signal, () => process.kill(1, signal));
        }
        done({ ended: "well" });`);

      expect(await runApp({ kind, app })).to.deep.equal({ ended: "well" });
    });

    it("are in no process that an app finds", async () => {
      const parts = ["mem", "environ", "maps", "fd", "root/etc/hostname", "cwd", "cmdline", "task", "auxv"];
      const app = await appOf(`${ATTEMPT}
        await attempt("list", () => fs.readdirSync("/proc").length);
        for (const pid of ["self", "thread-self", process.ppid, 1, 2, args.host]) {
          for (const part of ${JSON.stringify(parts)}) {
            const place = "/proc/" + pid + "/" + part;
            await attempt(place, () => (part === "fd" || part === "task" ? fs.readdirSync(place) : fs.openSync(place)) && "through");
          }
        }
        done(said);`);

      const said = await runApp({ kind, app, args: { host: process.pid } });

      expect(Object.keys(said).length).to.be.at.least(1 + 5 * parts.length);
      for (const [place, outcome] of Object.entries(said)) {
        expect(outcome, place).to.be.oneOf(["ENOENT", "ERR_ACCESS_DENIED"]);
      }
    });

    it("are not reached through a socket that has no file", async () => {
      const name = `\0poco-test-${process.pid}`;
      const server = await listening(name);
      const app = await appOf(`${ATTEMPT}
        await attempt("abstract", async () => connect(await import("node:net"), { path: args.name }));
        done(said);`);
      try {
        for (const permissions of [[], ["network"]]) {
          const open = await appOf(appBody(app), permissions);
          const { abstract } = await runApp({ kind, app: open, args: { name } });
          expect(abstract).to.be.oneOf(["ECONNREFUSED", "ERR_ACCESS_DENIED"]);
        }
      } finally {
        server.close();
      }
    });

    it("are not in an environment, or in arguments, that an app sees", async () => {
      const app = await appOf(`done({ env: process.env, argv: process.argv, flags: process.execArgv });`);
      const enclave = await startApp({ kind, app });

      const { logs } = await enclave.run({ ...TASK, args: ["{}"] });
      const said = await runApp({ kind, app });

      expect(logs.stderr).to.equal("");
      expect(Object.keys(said["env"] as object).filter((name) => !name.startsWith("IEXEC_"))).to.deep.equal(["PATH"]);
      expect(JSON.stringify(said)).not.to.match(/0x[0-9a-f]{64}(?!.*DEAL|.*TASK)/);
    });

    it("are not in what an output leads to: links, pipes, sockets, and what nobody may read", async () => {
      const left = {
        "a link to the environment of whoever reads it": `fs.symlinkSync("/proc/self/environ", out + "/x")`,
        "a link to a folder": `fs.symlinkSync("/", out + "/x")`,
        "a socket": `await new Promise((resolve) => import("node:net").then((net) => net.createServer().listen(out + "/x", resolve)))`,
        ...(hasNative && { "a pipe": `await syscall(133, out + "/x", 0o10644, 0)` }),
      };
      for (const [what, act] of Object.entries(left)) {
        const app = await appOf(`${SYSCALL} ${act}; done(); process.exit();`);
        const error = await rejection(runApp({ kind, app }), EnclaveFailedError);
        if (kind === "node") expect(error.message, what).to.match(/ERR_ACCESS_DENIED|closed in this enclave/);
        else expect(error.reason, what).to.equal("NotARegularFileError");
      }
      for (const act of [`fs.writeFileSync(out + "/x", "", { mode: 0 })`, `fs.mkdirSync(out + "/x", { mode: 0 })`]) {
        const app = await appOf(`${act}; done();`);
        const outcome = await runApp({ kind, app }).catch((error: unknown) => error);
        // Root may read everything.
        if (outcome instanceof EnclaveFailedError) expect(outcome.reason).to.equal("UnreadableFileError");
        else expect(outcome).to.deep.equal({});
      }
    });

    if (kind === "node") return;

    it("are not in a folder that an app may write to, beside its own", async () => {
      const places = [
        "/",
        "/app",
        "/enclave",
        "/usr/bin",
        "/work",
        "/tmp",
        "/dev",
        "/dev/shm",
        "/run",
        "/proc",
        "{in}",
      ];
      const app = await appOf(`${ATTEMPT}
        for (const place of ${JSON.stringify(places)}) {
          await attempt(place, () => fs.writeFileSync(place.replace("{in}", process.env.IEXEC_IN) + "/x", ""));
        }
        await attempt("own", () => fs.writeFileSync(out + "/x", ""));
        await attempt("code", () => fs.readdirSync("/enclave"));
        await attempt("terminal", () => fs.openSync("/dev/tty"));
        fs.rmSync(out + "/x");
        done(said);`);

      const { own, code, terminal, ...said } = await runApp({ kind, app });

      expect([own, code, terminal]).to.deep.equal(["through", "ENOENT", "ENOENT"]);
      for (const [place, outcome] of Object.entries(said)) {
        expect(outcome, place).to.be.oneOf(["EROFS", "ENOENT", "EACCES", "EPERM"]);
      }
    });

    it("are traced, mapped and inherited by no app with native code", async function () {
      if (!hasNative) return this.skip();
      const id = Number(/\d+/.exec(execFileSync("ipcmk", ["-M", "64"], { encoding: "utf8" }))![0]);
      const app = await appOf(`${ATTEMPT} ${SYSCALL}
        await attempt("itself", () => syscall(39));
        for (const pid of [args.host, args.parent]) {
          await attempt("trace " + pid, () => syscall(101, 16, pid, 0, 0));
          await attempt("seize " + pid, () => syscall(101, 0x4206, pid, 0, 0));
          await attempt("files of " + pid, () => syscall(434, pid, 0));
        }
        await attempt("memory", () => syscall(30, args.id, 0, 0o10000));
        await attempt("queue", () => syscall(240, "poco-test", 0o102, 0o600, 0));
        await attempt("namespace", () => syscall(272, 0x10000000));
        await attempt("mount", () => syscall(165, "none", out, "tmpfs", 0, 0));
        said.unlimited = [];
        for (const number of [29, 64, 68, 103, 319, 321, 323, 425]) said.unlimited.push(await syscall(number, 0, 0, 0));
        said.families = [];
        for (const family of [40, 38, 16, 1]) said.families.push(await syscall(41, family, family === 38 ? 5 : 3, 0));
        await attempt("device", () => syscall(133, out + "/device", 0o20644, 0x103));
        const open = [];
        for (let fd = 3; fd < 40; fd++) if ((await syscall(72, fd, 1)) === 0) open.push(fd);
        said.open = open;
        done(said);`);
      try {
        const { itself, open, queue, unlimited, families, ...said } = await runApp({
          kind,
          app,
          args: { host: process.pid, parent: process.ppid, id },
        });

        // The program runs, and its answers mean something.
        expect(itself).to.equal(0);
        expect(open).to.deep.equal([]);
        // Neither memory that no limit holds for, nor a way out that no namespace closes (AF_VSOCK).
        expect(unlimited).to.deep.equal(Array<number>(8).fill(ENOSYS));
        expect(families).to.deep.equal([EAFNOSUPPORT, EAFNOSUPPORT, 0, 0]);
        // Made in a namespace of its own.
        expect(queue).to.be.oneOf([0, 2]);
        for (const [what, error] of Object.entries(said)) {
          expect(error, what).to.be.oneOf([ESRCH, EPERM, EINVAL, ENOSPC, EIDRM]);
        }
      } finally {
        execFileSync("ipcrm", ["-m", `${id}`]);
      }
    });
  });
}

/** A server at an address that is no file. */
async function listening(path: string): Promise<Server> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen({ path }, resolve));
  return server;
}

/** What an app was made of. */
function appBody({ files }: Awaited<ReturnType<typeof appOf>>): string {
  const source = Buffer.from(files.find(({ path }) => path === "app.mjs")!.content).toString();
  return source.slice(source.indexOf("const said"), source.lastIndexOf("\n"));
}

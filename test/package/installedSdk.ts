import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

export const root = path.join(import.meta.dirname, "..", "..");
export const sdk = path.join(root, "packages", "sdk");

/** The name under which the SDK is published. */
export const name = "@poco-marketplace/sdk";

/** A project of somebody else that the SDK is installed into. */
export class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), "poco-client-"));
  /** Where the SDK is in it. */
  readonly sdk = path.join(this.folder, "node_modules", name);

  constructor() {
    this.write("package.json", JSON.stringify({ private: true, type: "module" }));
    process.once("exit", () => rmSync(this.folder, { recursive: true, force: true }));
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), "utf8");
  }

  readJson(file: string): Record<string, unknown> {
    return JSON.parse(this.read(file)) as Record<string, unknown>;
  }

  /** Puts a package of the repository into the project, without anything being downloaded. */
  link(dependency: string, as: string): void {
    const place = path.join(this.folder, "node_modules", as);
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(path.join(root, "node_modules", dependency), place);
  }

  /** What a command prints that runs in the project. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const own = path.join(root, "node_modules/.bin", command);
    const { stdout } = await execute(existsSync(own) ? own : command, args, { cwd: this.folder });
    return stdout;
  }

  /** What the compiler has to say on `files`, one complaint a line. */
  async complaints(...args: readonly string[]): Promise<string[]> {
    const failed = await this.run("tsc", ...args).catch((error: unknown) => (error as { stdout: string }).stdout);
    return failed.split("\n").filter((line) => /^\S/.test(line));
  }
}

interface Installed {
  readonly project: Project;
  /** The file that would be published. */
  readonly tarball: string;
}

let installed: Promise<Installed> | undefined;

/** The SDK as others get it: built, packed, and installed into a project that has nothing else. All tests share it. */
export function installSdk(): Promise<Installed> {
  installed ??= install();
  return installed;
}

async function install(): Promise<Installed> {
  const project = new Project();
  await execute("npm", ["run", "build:package"], { cwd: root });
  await project.run("npm", "pack", path.join(sdk, "dist"));
  const tarball = readdirSync(project.folder).find((file) => file.endsWith(".tgz"))!;
  const { version } = JSON.parse(readFileSync(path.join(root, "node_modules/ethers/package.json"), "utf8")) as {
    version: string;
  };
  await project.run(
    "npm",
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    `./${tarball}`,
    `ethers@${version}`,
  );
  return { project, tarball: path.join(project.folder, tarball) };
}

/** A project that has the package with what it depends on and, of the repository, these packages by their names there. */
export async function projectWith(packages: Readonly<Record<string, string>>): Promise<Project> {
  const { project: shared } = await installSdk();
  const project = new Project();
  cpSync(shared.sdk, project.sdk, { recursive: true });
  const { dependencies = {} } = project.readJson(`node_modules/${name}/package.json`);
  for (const dependency of Object.keys(dependencies as object)) project.link(dependency, dependency);
  for (const [as, dependency] of Object.entries(packages)) project.link(dependency, as);
  return project;
}

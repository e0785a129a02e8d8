import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { writeLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import type { Base } from "./base.js";
import { BuildError } from "./buildError.js";
import type { LayerCache } from "./layerCache.js";
import { BASE_ENVIRONMENT, fileEntry, filesIn, sharedLibraries, skeleton, withFolders } from "./machineFiles.js";

/** The Python of this machine. */
export interface MachinePython {
  readonly program: string;
  /** As in `3.11.7`. */
  readonly version: string;
  /** The folder of its standard library. */
  readonly library: string;
}

/** Parts of the standard library that apps do not need. */
const LEFT_OUT =
  /^(?:(?:test|idlelib|tkinter|turtledemo|ensurepip|lib2to3|site-packages|dist-packages|config-[^/]*)(?:\/|$)|.*\/(?:tests?|__pycache__)$|__pycache__$|.*\.(?:a|pyc)$|turtle\.py$)/;

/** Modules that apps often import. They are compiled, so that an app begins some 0.3 s earlier. */
const COMPILED =
  "argparse base64 bisect collections.abc csv dataclasses datetime decimal email.message enum functools hashlib heapq " +
  "hmac html http.client importlib.metadata inspect io itertools json logging math multiprocessing pathlib pickle " +
  "platform random re secrets shutil socket ssl statistics string struct subprocess sysconfig tempfile textwrap " +
  "threading traceback typing unittest.mock urllib.request uuid zipfile zlib";

const DESCRIBE = `
import json, os, sys, sysconfig
program = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
print(json.dumps({"program": program, "version": sys.version.split()[0], "library": sysconfig.get_path("stdlib")}))`;

/** Compiles modules without the times of their sources, so that the same Python gives the same bytes. */
const COMPILE = `
import importlib, json, os, py_compile, sys
source, target, seen, names = sys.argv[1:5]
for name in names.split():
    try: importlib.import_module(name)
    except ImportError: pass
loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
compiled = {}
for path in sorted({file for file in loaded if file and file.endswith(".py") and file.startswith(source + "/")}):
    name = path[len(source) + 1:]
    folder, file = os.path.split(name)
    cached = os.path.join(folder, "__pycache__", file[:-3] + "." + sys.implementation.cache_tag + ".pyc")
    out = os.path.join(target, str(len(compiled)))
    py_compile.compile(path, cfile=out, dfile=seen + "/" + name, doraise=True, invalidation_mode=mode)
    compiled[cached] = out
print(json.dumps(compiled))`;

/**
 * Finds the Python of this machine.
 *
 * @throws {@link BuildError} if there is none
 */
export async function machinePython(): Promise<MachinePython> {
  const advice = "install it (apt install python3), or start a container engine and set DOCKER_HOST";
  try {
    const { stdout } = await promisify(execFile)("python3", ["-c", DESCRIBE]);
    return JSON.parse(stdout) as MachinePython;
  } catch (cause) {
    throw new BuildError(`The app needs Python, and there is no python3 here that runs: ${advice}.`, { cause });
  }
}

/** Returns the folder of the standard library in images. */
export function libraryInImage({ version }: MachinePython): string {
  return `/usr/local/lib/python${version.split(".").slice(0, 2).join(".")}`;
}

/** Makes a base for apps in Python: the Python of this machine, its standard library, and the libraries of both. */
export async function pythonBase(cache: LayerCache): Promise<Base> {
  const python = await machinePython();
  const { size, mtimeMs } = await stat(python.program);
  const layer = await cache.layer({ base: "python", version: 1, python, size, mtimeMs }, async (file) => {
    const folder = await mkdtemp(join(tmpdir(), "python-base-"));
    try {
      return await writeLayer(file, withFolders(await entriesOf(python, folder)));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  const own: [string, string][] = [
    ["PYTHON_VERSION", python.version],
    ["PYTHONPATH", `${libraryInImage(python)}/site-packages`],
  ];
  return { layer, environment: new Map([...BASE_ENVIRONMENT, ...own]), name: `Python ${python.version}` };
}

async function entriesOf(python: MachinePython, folder: string): Promise<NewEntry[]> {
  const { program, library } = python;
  const [seen, files] = [libraryInImage(python), await filesIn(library, (path) => LEFT_OUT.test(path))];
  const binary = `python${seen.split("python").at(-1)}`;
  const native = files.filter((path) => path.endsWith(".so")).map((path) => join(library, path));
  const link = (path: string): NewEntry => ({ path, kind: "link", target: binary });
  return [
    ...(await skeleton()),
    ...(await sharedLibraries([program, ...native])),
    await fileEntry(`usr/local/bin/${binary}`, program),
    ...["usr/local/bin/python3", "usr/local/bin/python"].map(link),
    ...(await Promise.all(files.map((path) => fileEntry(`${seen.slice(1)}/${path}`, join(library, path))))),
    ...(await compiledModules(python, folder)),
    { path: `${seen.slice(1)}/site-packages`, kind: "folder" },
  ];
}

async function compiledModules(python: MachinePython, folder: string): Promise<NewEntry[]> {
  const { program, library } = python;
  const seen = libraryInImage(python);
  const { stdout } = await promisify(execFile)(program, ["-I", "-c", COMPILE, library, folder, seen, COMPILED], {
    env: { PYTHONHASHSEED: "0" },
    maxBuffer: 2 ** 26,
  });
  const compiled = Object.entries(JSON.parse(stdout) as Record<string, string>);
  return Promise.all(
    compiled.map(async ([path, file]): Promise<NewEntry> => {
      return { path: `${seen.slice(1)}/${path}`, kind: "file", content: await readFile(file) };
    }),
  );
}

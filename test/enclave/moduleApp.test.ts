import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { readApp } from "@poco-marketplace/enclave/app/appFolder.js";
import { InvalidAppManifestError } from "@poco-marketplace/enclave/app/manifest.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { findApp } from "@poco-marketplace/enclave/app/moduleApp.js";
import { appFolder, MANIFEST } from "../fixtures/app.js";
import { rejection } from "../fixtures/rejection.js";

const EXAMPLE = fileURLToPath(new URL("../../examples/describe-table/app", import.meta.url));

describe("The app that a path stands for", () => {
  it("is a folder with a manifest, or the folder whose entry point it is", async () => {
    const app = await readApp(EXAMPLE);

    expect(await findApp(EXAMPLE)).to.deep.equal(app);
    expect(await findApp(join(EXAMPLE, "app.mjs"))).to.deep.equal(app);
    expect(app.manifest).to.deep.equal({ entrypoint: "app.mjs", permissions: [] });
  });

  it("is otherwise that one module, measured as a folder with it and a manifest would be", async () => {
    const source = "console.log(1);\n";
    const alone = await appFolder({ "tool.mjs": source, "notes.txt": "not part of it" });
    const app = await findApp(join(alone.folder, "tool.mjs"));
    await alone.remove();

    expect(app.manifest).to.deep.equal({ entrypoint: "tool.mjs", permissions: [] });
    const manifest = Buffer.from(app.files.find(({ path }) => path === "enclave.json")!.content).toString();
    const whole = await appFolder({ "tool.mjs": source, "enclave.json": manifest });
    expect(measureApp(await readApp(whole.folder))).to.deep.equal(measureApp(app));
    await whole.remove();
  });

  it("is that one module where the manifest beside it names another", async () => {
    const { folder, remove } = await appFolder({ "enclave.json": MANIFEST, "app.mjs": "", "other.mjs": "1;" });
    const app = await findApp(join(folder, "other.mjs"));
    await remove();

    expect(app.files.map(({ path }) => path)).to.deep.equal(["enclave.json", "other.mjs"]);
    expect(app.manifest.entrypoint).to.equal("other.mjs");
  });

  it("is nothing that enclaves cannot run", async () => {
    const { folder, remove } = await appFolder({ "mean.py": "print(1)" });
    const { message } = await rejection(findApp(join(folder, "mean.py")), InvalidAppManifestError);
    await remove();

    expect(message).to.include('its entrypoint "mean.py" is no .js');
  });
});

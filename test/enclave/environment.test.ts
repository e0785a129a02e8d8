import { createHash } from "node:crypto";

import { expect } from "chai";
import { ZeroAddress } from "ethers";
import JSZip from "jszip";

import { encryptData } from "@poco-marketplace/sdk/protect/encryptData.js";
import { ModuleProgram } from "@poco-marketplace/enclave/task/moduleProgram.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import type { EnclaveTask } from "@poco-marketplace/enclave/task/task.js";
import { programFolder, script, taskFor } from "../fixtures/program.js";

const DATASETS = ["0x5FbDB2315678afecb367f032d93F642f64180aa3", "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"] as const;
const URL = "https://example.com/some/table.csv";
const URL_SHA256 = `0x${createHash("sha256").update(URL).digest("hex")}`;

type Report = { env: Record<string, string>; args: string[]; files: string[]; content: Record<string, string> };

const REPORT = script(`
  const dir = process.env.IEXEC_IN;
  const files = fs.readdirSync(dir);
  const content = Object.fromEntries(files.map((f) => [f, fs.readFileSync(path.join(dir, f)).toString("hex")]));
  write("report.json", JSON.stringify({ env: process.env, args: process.argv.slice(2), files, content }));
  computed({ "deterministic-output-path": "/iexec_out/report.json" });`);

describe("What a program finds around it", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;
  let program: string;

  before(async () => {
    programs = await programFolder();
    program = await programs.write("report.mjs", REPORT);
  });

  after(() => programs.remove());

  async function report(more: Partial<EnclaveTask>): Promise<Report> {
    const task = taskFor(new ModuleProgram(program, { path: "/usr/bin:/bin" }), more);
    const { archive } = await new Enclave().run(task);
    const zip = await JSZip.loadAsync(archive);
    return JSON.parse(await zip.file("report.json")!.async("string")) as Report;
  }

  it("is its task, its folders and a PATH, and nothing of the host's environment", async () => {
    process.env["HOST_SECRET"] = "not for programs";

    const { env, args, files } = await report({});

    delete process.env["HOST_SECRET"];
    const { IEXEC_IN, IEXEC_OUT, IEXEC_INPUT_FILES_FOLDER, ...rest } = env;
    expect(rest).to.deep.equal({
      PATH: "/usr/bin:/bin",
      IEXEC_DEAL_ID: `0x${"bb".repeat(32)}`,
      IEXEC_TASK_ID: `0x${"aa".repeat(32)}`,
      IEXEC_TASK_INDEX: "5",
      IEXEC_BOT_TASK_INDEX: "5",
      IEXEC_BOT_FIRST_INDEX: "5",
      IEXEC_BOT_SIZE: "4",
      IEXEC_INPUT_FILES_NUMBER: "0",
      IEXEC_DATASET_ADDRESS: ZeroAddress,
      IEXEC_DATASET_FILENAME: ZeroAddress,
    });
    expect(IEXEC_IN)
      .to.match(/iexec_in$/)
      .and.to.equal(IEXEC_INPUT_FILES_FOLDER);
    expect(IEXEC_OUT).to.match(/iexec_out$/);
    expect({ args, files }).to.deep.equal({ args: [], files: [] });
  });

  it("is the dataset, under its address", async () => {
    const [address] = DATASETS;

    const { env, files } = await report({ dataset: { address, ...(await encryptData(Buffer.from("data"))) } });

    expect(env).to.include({ IEXEC_DATASET_ADDRESS: address, IEXEC_DATASET_FILENAME: address });
    expect(files).to.deep.equal([address]);
  });

  it("is every dataset of a bulk slice, numbered from 1", async () => {
    const bulk = await Promise.all(
      DATASETS.map(async (address) => ({ address, ...(await encryptData(Buffer.from(address))) })),
    );

    const { env, content } = await report({ bulk });

    expect(env).to.include({
      IEXEC_BULK_SLICE_SIZE: "2",
      IEXEC_DATASET_1_FILENAME: DATASETS[0],
      IEXEC_DATASET_2_FILENAME: DATASETS[1],
    });
    expect(env).to.include({ IEXEC_DATASET_ADDRESS: ZeroAddress, IEXEC_DATASET_FILENAME: ZeroAddress });
    for (const address of DATASETS) {
      const zip = await JSZip.loadAsync(Buffer.from(content[address]!, "hex"));
      expect(await zip.file("file")!.async("string")).to.equal(address);
    }
  });

  it("is the requester's input files, named after the hash of their URL", async () => {
    const { env, content } = await report({ inputFiles: [{ url: URL, content: Buffer.from("a,b") }] });

    expect(env).to.include({ IEXEC_INPUT_FILES_NUMBER: "1", IEXEC_INPUT_FILE_NAME_1: URL_SHA256 });
    expect(content).to.deep.equal({ [URL_SHA256]: Buffer.from("a,b").toString("hex") });
  });

  it("is the secrets of developer and requester", async () => {
    const { env } = await report({ appSecret: "of the app", requesterSecrets: { "1": "one", "12": "twelve" } });

    expect(env).to.include({
      IEXEC_APP_DEVELOPER_SECRET: "of the app",
      IEXEC_APP_DEVELOPER_SECRET_1: "of the app",
      IEXEC_REQUESTER_SECRET_1: "one",
      IEXEC_REQUESTER_SECRET_12: "twelve",
    });
  });

  it("is the arguments of the deal, split at spaces or as they are", async () => {
    expect((await report({ args: `one "two three" $HOME *` })).args).to.deep.equal(["one", "two three", "$HOME", "*"]);
    expect((await report({ args: ["a b", ""] })).args).to.deep.equal(["a b", ""]);
  });
});

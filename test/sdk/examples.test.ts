/** The examples in the doc comments of the SDK's clients compile. What they do is tested beside this, and on a network. */
import { execFile } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import * as client from "@poco-marketplace/sdk/client/index.js";

const root = path.join(import.meta.dirname, "..", "..");
const sources = globSync("packages/sdk/src/{client,protect}/*.ts", { cwd: root });
const EXAMPLE = /@example\n *\* ```ts\n([\s\S]*?)\n *\* ```/g;

/** What examples may use without saying where they have it from, by type. */
const SCENE: Readonly<Record<string, readonly string[]>> = {
  "sdk.Clients": ["clients"],
  Signer: ["signer"],
  "sdk.MarketClient": ["market"],
  "sdk.SecretsClient": ["secrets"],
  "sdk.StoreClient": ["store"],
  "sdk.SubgraphClient": ["subgraph"],
  "sdk.DirectoryClient": ["directory"],
  "sdk.SchedulerClient": ["scheduler"],
  "sdk.NetworkAddresses & { readonly chainId: number; readonly scheduler: string }": ["network"],
  "sdk.GrantedAccess": ["granted"],
  "sdk.DealTask": ["task"],
  SignedAppOrder: ["signedOrder"],
  Address: ["app", "dataset", "workerpool", "requester", "owner"],
  Hex: ["hash", "orderHash", "taskId", "dealId"],
  string: ["cid", "key", "privateKey"],
  Uint8Array: ["archive"],
};

describe("The examples of the SDK's clients", () => {
  it("compile", async () => {
    const examples = sources.flatMap((file) =>
      [...readFileSync(path.join(root, file), "utf8").matchAll(EXAMPLE)].map(
        ([, code], place) => `  // ${file}, number ${place + 1}\n  {\n${code!.replaceAll(/^ *\* ?/gm, "    ")}\n  }`,
      ),
    );
    expect(examples.length).to.be.above(30);
    const names = Object.keys(client).filter((name) => new RegExp(`\\b${name}\\b`).test(examples.join("\n")));
    mkdirSync(path.join(root, "cache"), { recursive: true });
    const folder = mkdtempSync(path.join(root, "cache", "examples-"));
    try {
      const program = `
import type * as sdk from "@poco-marketplace/sdk/client/index.js";
import { ${names.join(", ")} } from "@poco-marketplace/sdk/client/index.js";
import type { Signer } from "ethers";
import type { Address, Hex, SignedAppOrder } from "@poco-marketplace/sdk/index.js";
${Object.entries(SCENE)
  .flatMap(([type, variables]) => variables.map((variable) => `declare const ${variable}: ${type};`))
  .join("\n")}
export async function examples() {
${examples.join("\n")}
}`;
      writeFileSync(path.join(folder, "examples.ts"), program);
      writeFileSync(
        path.join(folder, "tsconfig.json"),
        JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] }),
      );
      const tsc = path.join(root, "node_modules", ".bin", "tsc");
      const { stdout } = await promisify(execFile)(tsc, ["--project", folder]).catch(
        (error: { stdout: string }) => error,
      );
      expect(stdout).to.equal("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

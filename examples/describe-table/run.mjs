/**
 * A data provider protects a table, and lets a requester have it described by an app: `node run.mjs APP FILE [ANALYSIS]`.
 */
import { readFile } from "node:fs/promises";

import { accountOf, argument, network, protectorOf } from "../network.mjs";

const app = argument(0, "the app's address, which publish.mjs printed");
const file = await readFile(argument(1, "the file of a table in CSV, TSV or JSON"));
const analysis = process.argv[4] ?? "overview";
const [provider, requester] = [protectorOf("data provider"), protectorOf("requester")];

const { address: protectedData } = await provider.protectData({
  name: "a table",
  data: { file },
});
console.log(`protected ${protectedData}`);

const authorizedUser = accountOf("requester").address;
await provider.grantAccess({ protectedData, authorizedApp: app, authorizedUser, numberOfAccess: 1 });

const { taskId, result } = await requester.processProtectedData({
  protectedData,
  app,
  args: analysis,
  workerpool: network.workerpool,
  encryptResult: true,
  path: "result.json",
});
console.log(`task ${taskId}`);
console.log(JSON.parse(Buffer.from(result).toString()).headline);

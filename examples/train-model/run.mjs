/**
 * A data provider protects a table, and lets a requester train a model on it with an app: `node run.mjs APP FILE`. The
 * requester never sees a row.
 */
import { readFile } from "node:fs/promises";

import { accountOf, argument, network, protectorOf } from "../network.mjs";

const app = argument(0, "the app's address, which publish.mjs printed");
const [provider, requester] = [protectorOf("data provider"), protectorOf("requester")];

const file = await readFile(argument(1, "the file of a table in JSON"));
const { address: protectedData } = await provider.protectData({ name: "a table", data: { file } });
console.log(`protected ${protectedData}`);

const authorizedUser = accountOf("requester").address;
await provider.grantAccess({ protectedData, authorizedApp: app, authorizedUser, numberOfAccess: 1 });

const { taskId, result } = await requester.processProtectedData({
  protectedData,
  app,
  workerpool: network.workerpool,
  encryptResult: true,
  path: "model.json",
});
const { target, rows, accuracy, confusion } = JSON.parse(Buffer.from(result).toString());
console.log(`task ${taskId}`);
console.log(
  `${target} predicted correctly in ${(accuracy * 100).toFixed(1)} % of ${rows.tested} rows that the model was not trained on`,
);
console.table(confusion);

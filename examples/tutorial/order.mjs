/**
 * The requester buys one run of an app on protected data, waits for the result and decrypts it:
 * `node order.mjs APP DATA RESULT`. Writes the file `result.json` of the result to RESULT, and prints the id of the task.
 */
import { writeFile } from "node:fs/promises";

import { argument, network, protectorOf } from "../network.mjs";

const app = argument(0, "the address of the app");
const protectedData = argument(1, "the address of the protected data");
const output = argument(2, "the file to write the result to");

// Finds open orders for app, data and workerpool, signs a request, makes the deal, and waits for the task.
const { taskId, result } = await protectorOf("requester").processProtectedData({
  protectedData,
  app,
  workerpool: network.workerpool,
  encryptResult: true,
  path: "result.json",
});

await writeFile(output, Buffer.from(result));
console.log(taskId);

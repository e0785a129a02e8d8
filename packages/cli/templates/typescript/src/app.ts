/**
 * Greets whom its arguments name, and says of protected texts only how many words they have.
 *
 * Node runs TypeScript as it is: types are left out, and nothing is compiled.
 */
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { openProtectedData } from "./protectedData.ts";

const { IEXEC_IN = "", IEXEC_OUT = "", IEXEC_INPUT_FILES_NUMBER = "0" } = process.env;

async function run(names: readonly string[]): Promise<string> {
  const lines = [`Hello, ${names.join(" and ") || "world"}.`];

  // What others have protected and let this app use: one dataset, or several in a bulk request.
  for (const data of openProtectedData()) {
    const words = data.value("secretText", "string").split(/\s+/).filter(Boolean);
    lines.push(`A protected text has ${words.length} words.`);
  }

  // Public files that the requester named by their URLs.
  for (let number = 1; number <= Number(IEXEC_INPUT_FILES_NUMBER); number++) {
    const { size } = await stat(join(IEXEC_IN, process.env[`IEXEC_INPUT_FILE_NAME_${number}`] ?? ""));
    lines.push(`Input file ${number} has ${size} bytes.`);
  }

  // Secrets of the app's developer and of the requester, which no worker sees.
  if (process.env["IEXEC_APP_DEVELOPER_SECRET"]) lines.push("The app has its secret.");
  if (process.env["IEXEC_REQUESTER_SECRET_1"]) lines.push("The requester gave a secret.");
  return `${lines.join("\n")}\n`;
}

const args = process.argv.slice(2);
// What is printed goes to the requester as a log.
console.log(`Running with ${args.length} arguments.`);
const result = join(IEXEC_OUT, "result.txt");
await writeFile(result, await run(args));
// computed.json names the file or folder that workers have to agree on.
await writeFile(join(IEXEC_OUT, "computed.json"), JSON.stringify({ "deterministic-output-path": result }));

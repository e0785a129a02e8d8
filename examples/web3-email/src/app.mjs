/**
 * An iApp that sends an email to people whose addresses nobody sees: neither who sends it, nor who runs this.
 *
 * The addresses are protected data, one or a slice of many. The developer's secret says through which mail server, the
 * requester's first secret what to send; it is what `@iexec/web3mail` writes there.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { readAddress } from "./address.mjs";
import { openPostOffice } from "./postOffice.mjs";
import { readOffice, readRequest } from "./secrets.mjs";
import { fetchText } from "./text.mjs";

const { IEXEC_IN, IEXEC_OUT, IEXEC_TASK_ID, IEXEC_APP_DEVELOPER_SECRET, IEXEC_REQUESTER_SECRET_1 } = process.env;

/** Bits of what a callback contract is told: that an address was tried, and that its mail server took the letter. */
const [TRIED, TAKEN] = [2, 1];

async function main() {
  const office = readOffice(IEXEC_APP_DEVELOPER_SECRET);
  const request = readRequest(IEXEC_REQUESTER_SECRET_1);
  const datasets = namesOfDatasets();
  if (datasets.length === 0) throw new Error("There is nobody to write to: no protected data came with this task.");
  const text = await fetchText(office.gateway, request);

  const post = openPostOffice(office);
  const letters = [];
  try {
    for (const [place, protectedData] of datasets.entries()) {
      const address = await readAddress(await readFile(join(IEXEC_IN, protectedData)));
      // The same for every worker that does this task: mail servers tell a letter that comes twice by it.
      const id = `${IEXEC_TASK_ID.slice(2)}.${place}`;
      const problem =
        address === undefined ? "it has no email address" : await post.send({ id, address, text, request });
      letters.push({ protectedData, isSent: problem === undefined, ...(problem !== undefined && { problem }) });
    }
  } finally {
    post.close();
  }
  const sent = letters.filter(({ isSent }) => isSent).length;
  console.log(`${sent} of ${letters.length} letters sent`);

  const result = join(IEXEC_OUT, "result.json");
  await writeFile(result, `${JSON.stringify({ sent, letters }, null, 2)}\n`);
  // A contract is told of one letter; whoever writes to many learns about each.
  const verdict = TRIED | (sent > 0 ? TAKEN : 0);
  const said =
    request.useCallback && !process.env.IEXEC_BULK_SLICE_SIZE
      ? { "callback-data": `0x${verdict.toString(16).padStart(64, "0")}` }
      : { "deterministic-output-path": result };
  await writeFile(join(IEXEC_OUT, "computed.json"), JSON.stringify(said));
}

/** The files of protected data in the input folder, which are named like it. */
function namesOfDatasets() {
  const { IEXEC_DATASET_FILENAME, IEXEC_BULK_SLICE_SIZE } = process.env;
  if (!/^0x0+$/.test(IEXEC_DATASET_FILENAME)) return [IEXEC_DATASET_FILENAME];
  const count = Number(IEXEC_BULK_SLICE_SIZE ?? 0);
  return Array.from({ length: count }, (_, index) => process.env[`IEXEC_DATASET_${index + 1}_FILENAME`]);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

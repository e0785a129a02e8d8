import { dataLength, ZeroAddress } from "ethers";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { encodeResultLink, isStorable, MAX_RESULT_BYTES } from "@poco-marketplace/sdk/protocol/result.js";
import type { EnclaveResult } from "@poco-marketplace/enclave/task/enclave.js";
import type { WorkerContext } from "./context.js";
import type { WorkerDeal } from "./hubCalls.js";
import { uploadResult } from "./resultUpload.js";
import type { StatusReporter } from "./statusReporter.js";

/** Puts a result where the deal wants it. Returns what the chain is told. */
export async function deliver(
  result: EnclaveResult,
  { callback }: WorkerDeal,
  { ipfsNode }: WorkerContext,
  { reporter, signal }: { reporter: StatusReporter; signal: AbortSignal },
): Promise<Hex> {
  if (callback !== ZeroAddress) {
    if (result.callbackData === undefined) {
      throw new Error(`The deal calls ${callback} back, but the app said no callback-data in its computed.json.`);
    }
    const results = encodeResultLink({ storage: "ethereum", location: callback });
    if (!isStorable({ results, resultsCallback: result.callbackData })) {
      const most = MAX_RESULT_BYTES - dataLength(results);
      throw new Error(
        `The app's callback-data has ${dataLength(result.callbackData)} bytes, and the chain keeps ${most} at most: say less.`,
      );
    }
    return results;
  }
  reporter.report("RESULT_UPLOADING");
  const cid = await uploadResult(ipfsNode, result.archive, signal);
  reporter.report("RESULT_UPLOADED");
  return encodeResultLink({ storage: "ipfs", location: `/ipfs/${cid}` });
}

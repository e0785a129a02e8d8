import { createHash } from "node:crypto";

import type { OpenedResult } from "../actors/Beneficiary.js";
import type { DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Answer, Transcript } from "../transcript.js";
import type { Scenario } from "../scenario.js";

const COMPUTED_FILE = "computed.json";
const LONGEST_HEADLINE = 160;

/** Has the beneficiary fetch, decrypt and read a result. */
export async function openResult(
  scenario: Scenario,
  transcript: Transcript,
  { taskId, dealId, index }: { taskId: TaskId; dealId: DealId; index: bigint },
): Promise<void> {
  const opened = await scenario.beneficiary.open(await scenario.requester.resultsOf(taskId));
  const { resultDigest } = await scenario.contracts.hub.viewTask(taskId);
  const answer = readAnswer(opened, resultDigest as Hex);
  transcript.task({ taskId, dealId, index, status: "COMPLETED", answer });
  const seal = answer.sha256 === answer.digest ? ", whose SHA-256 is the digest on chain" : "";
  transcript.print(`The beneficiary decrypts ${answer.file}${seal}:`);
  transcript.print(`  “${headlineOf(answer.text)}”`);
}

/** Returns the file that the program declared as its result, or the first file if it declared a folder. */
function readAnswer({ files }: OpenedResult, digest: Hex): Answer {
  const names = [...files.keys()].filter((name) => name !== COMPUTED_FILE);
  const { "deterministic-output-path": path = "" } = JSON.parse(textOf(files.get(COMPUTED_FILE)!)) as {
    "deterministic-output-path"?: string;
  };
  const file = names.find((name) => path.endsWith(`/${name}`)) ?? names[0] ?? COMPUTED_FILE;
  const content = files.get(file)!;
  return { file, text: textOf(content), sha256: `0x${createHash("sha256").update(content).digest("hex")}`, digest };
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString("utf8");
}

/** Returns the headline of a JSON answer, else the first line of the text. */
function headlineOf(text: string): string {
  try {
    const { headline } = JSON.parse(text) as { headline?: unknown };
    if (typeof headline === "string") return headline;
  } catch {
    // Not every answer is JSON.
  }
  return text.trim().split("\n")[0]?.slice(0, LONGEST_HEADLINE) ?? "";
}

/**
 * A worker that misbehaves, as a process of its own: `node --import tsx rogueWorker.ts`, with its settings as
 * JSON on standard input.
 */
import { randomBytes } from "node:crypto";
import { json } from "node:stream/consumers";

import { FetchRequest, JsonRpcProvider, Wallet, ZeroAddress } from "ethers";

import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { signAuthorization, signContribution } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { encodeResultLink, fileDigest, resultHash, resultSeal } from "@poco-marketplace/sdk/protocol/result.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { runWorker } from "@poco-marketplace/services/worker/runWorker.js";
import { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import type { TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import { IPoco__factory } from "../../../../typechain-types/index.js";
import { readSimulatedPlatform } from "@poco-marketplace/cli/network/attestation/platformFile.js";

/** The kinds of misbehavior. */
export type Vice = "hangs" | "disk" | "nothing" | "lies" | "twice";

/** The settings of the worker. */
export interface RogueOptions {
  readonly vice: Vice;
  readonly scheduler: string;
  readonly rpc: string;
  readonly deployment: Manifest;
  readonly wallet: Hex;
  readonly sms: string;
  readonly ipfsNode: string;
  readonly ipfsGateway: string;
  readonly state: string;
  /** The file of the platform that makes its quotes. */
  readonly platform: string;
}

/** The text that it prints, with more, when it is assigned a task. */
export const TASK_TAKEN = "task started";

/** The bytes for all files of an enclave whose disk is full: less than a result takes. */
const TINY_DISK = 8_192;

async function main(): Promise<void> {
  const options = (await json(process.stdin)) as RogueOptions;
  if (options.vice === "twice") repeatEverything(options);
  if (options.vice === "twice" || options.vice === "disk") await work(options);
  else await pretend(options);
}

/** Runs an ordinary worker, except for its disk or its requests. */
async function work({ vice, platform, ...options }: RogueOptions): Promise<void> {
  const worker = await runWorker({
    ...options,
    processor: simulatedProcessor(await readSimulatedPlatform(platform)),
    sandbox: "none",
    limits: vice === "disk" ? { enclave: { maxFileBytes: TINY_DISK }, warm: 0 } : {},
    log: { info: say, warn: say, error: say },
  });
  await worker.done;
}

function say(values: object, message: string): void {
  console.log(message, values);
}

/** Sends each request to a service twice, and each transaction once more. */
function repeatEverything({ rpc, deployment, wallet: key }: RogueOptions): void {
  const once = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    // Login challenges are excepted, as they are valid once.
    if (init?.method === "POST" && typeof init.body === "string" && !pathname.endsWith("/join"))
      void once(input, { ...init, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    return once(input, init);
  };
  const provider = new JsonRpcProvider(rpc, deployment.chainId, { staticNetwork: true, cacheTimeout: -1 });
  const wallet = new Wallet(key, provider);
  const hub = IPoco__factory.connect(deployment.poco, wallet);
  const ask = FetchRequest.createGetUrlFunc();
  let isRepeating = false;
  FetchRequest.registerGetUrl(async (request, signal) => {
    const answer = await ask(request, signal);
    const text = Buffer.from(request.body ?? []).toString();
    const raw = /"eth_sendRawTransaction","params":\["(0x[0-9a-f]+)"/.exec(text)?.[1];
    if (raw === undefined || isRepeating) return answer;
    isRepeating = true;
    const { Transaction } = await import("ethers");
    const { data, gasLimit } = Transaction.from(raw);
    // A gas limit is set, so that the transaction is sent although it must fail.
    await wallet
      .sendTransaction({ to: await hub.getAddress(), data, gasLimit })
      .then((sent) => console.log(`said it again in ${sent.hash}`))
      .catch((error: unknown) => console.log("could not say it again:", (error as Error).message));
    isRepeating = false;
    return answer;
  });
}

const ZERO_ADDRESS = ZeroAddress as Address;

/** Takes tasks and runs none of them. */
async function pretend({ vice, scheduler, rpc, deployment, wallet: key, sms }: RogueOptions): Promise<void> {
  const provider = new JsonRpcProvider(rpc, deployment.chainId, { staticNetwork: true, cacheTimeout: -1 });
  const wallet = new Wallet(key, provider);
  const hub = IPoco__factory.connect(deployment.poco, wallet);
  const client = new WorkerSession(scheduler, wallet, { slots: 1 });
  const { signal } = new AbortController();
  let hand: TaskAssignment[] = [];

  for (;;) {
    const running = hand.map(({ taskId, attempt }) => ({ taskId, attempt }));
    const { run, stop } = await client.awaitChanges({ running, revealing: [] }, signal);
    hand = [...hand, ...run].filter(({ attempt, taskId }) =>
      stop.every((each) => each.attempt !== attempt || each.taskId !== taskId),
    );
    for (const assignment of run) {
      const { taskId, attempt } = assignment;
      console.log(TASK_TAKEN, { vice, task: taskId });
      await client.report(taskId, { attempt, status: "COMPUTING" }, signal);
      if (vice === "hangs") continue;
      await (vice === "lies" ? lie(assignment) : Promise.resolve()).catch((error: unknown) =>
        console.log("the lie was refused:", (error as Error).message),
      );
      const status = assignment.isSolo ? "CONTRIBUTE_AND_FINALIZE_DONE" : "CONTRIBUTED";
      await client.report(taskId, { attempt, status }, signal);
      hand = hand.filter((each) => each !== assignment);
    }
  }

  /** Contributes a wrong result from a forged enclave, whose secrets it requests. */
  async function lie({ taskId, attempt, isSolo, isTee }: TaskAssignment): Promise<void> {
    const enclave = Wallet.createRandom();
    const encryptionKey = randomBytes(32);
    const quote = randomBytes(2_000);
    const shown = { enclave: enclave.address as Address, encryptionKey: hex(encryptionKey), quote: hex(quote) };
    const permission = { worker: wallet.address as Address, taskId, enclave: isTee ? shown.enclave : ZERO_ADDRESS };
    const { sign } = await client
      .authorize(taskId, { attempt, ...(isTee && shown) }, signal)
      .catch((error: unknown) => {
        console.log("the scheduler does not sign:", (error as Error).message);
        // It tries a signature of its own.
        return signAuthorization(wallet, permission);
      });
    if (isTee) {
      const authorization = { ...permission, sign };
      const session = new SecretsClient(sms).openSession({ authorization, quote, encryptionKey }, wallet);
      await session.then(
        () => console.log("THE SECRETS WERE GIVEN AWAY"),
        (error: unknown) => console.log("no secrets:", (error as Error).message),
      );
    }
    const digest = fileDigest(randomBytes(32));
    const results = encodeResultLink({ storage: "ipfs", location: "/ipfs/QmLie" });
    const [hash, seal] = [resultHash(taskId, digest), resultSeal(wallet.address as Address, taskId, digest)];
    const signature = isTee ? await signContribution(enclave, { resultHash: hash, resultSeal: seal }) : "0x";
    if (isSolo) {
      await sendAndWait(hub.contributeAndFinalize(taskId, digest, results, "0x", permission.enclave, signature, sign));
    } else {
      await client.result(taskId, { attempt, digest, results }, signal);
      await sendAndWait(hub.contribute(taskId, hash, seal, permission.enclave, signature, sign));
    }
    console.log(`lied about task ${taskId}`);
  }
}

function hex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

if (import.meta.main) await main();

import { constants } from "node:os";

import { chainFileOf } from "./chainFile.js";
import { writeJsonFile } from "./jsonFile.js";
import { failureSentence } from "../failureSentence.js";
import type { NetworkOptions } from "./options.js";
import { report } from "./report.js";
import { startNetwork } from "./startNetwork.js";
import { openStateFolder } from "./stateFolder.js";
import type { SupervisedProcess } from "./supervise.js";

/** Starts a network, keeps it running until a signal stops it, and exits the process. */
export async function launch(options: NetworkOptions): Promise<void> {
  const startedAt = performance.now();
  const print = options.json ? () => {} : console.log;
  const state = await openStateFolder(options.state, { isFresh: options.fresh });
  const processes: SupervisedProcess[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => end(signal === "SIGINT" ? 0 : 128 + constants.signals[signal]));
  // The parent process, which started the network over IPC, has ended.
  process.on("disconnect", () => end(0));

  let code = 1;
  try {
    const description = await Promise.race([startNetwork(options, state, { processes, print }), ended]);
    if (typeof description !== "number") {
      const file = state.of("network.json");
      await writeJsonFile(file, description);
      await writeJsonFile(state.of("chain.json"), chainFileOf(description));
      if (options.json) console.log(JSON.stringify(description));
      else console.log(report(description, file, (performance.now() - startedAt) / 1000));
      code = await ended;
      print("\nStopping …");
    } else {
      code = description;
    }
  } catch (error) {
    console.error(failureSentence(error));
  }
  // The chain was started first and is stopped last, since all services use it.
  for (const one of processes.toReversed()) await one.stop();
  await state.release();
  process.exit(code);
}

import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address } from "@poco-marketplace/sdk/protocol/index.js";
import { Rlc__factory } from "../../../typechain-types/index.js";
import { BenchError } from "../peer/BenchError.js";
import { createRoleAccounts } from "./roleAccounts.js";
import { aside, type Call, type Step } from "./chain.js";
import { deployOurs } from "../peer/ours.js";
import { deployPeer } from "../peer/peer.js";
import type { PeerPackage } from "../peer/peerPackage.js";
import type { Scenario } from "./scenario.js";
import { SCENARIOS } from "./scenarios.js";
import { setScene } from "./scene.js";
import type { System } from "../peer/system.js";
import { workIn } from "./work.js";

/** All costs on one system. */
export interface Measured {
  readonly deployment: readonly Step[];
  /** Costs by the name of the scenario. */
  readonly calls: ReadonlyMap<string, Call>;
}

/** A call that was just made, on a chain that still has its transaction. */
export interface Played {
  readonly connection: NetworkConnection;
  readonly scenario: Scenario;
  readonly call: Call;
}

/** A chain on which the systems are measured, one after the other. */
export interface Bench {
  readonly measurePeer: (peer: PeerPackage) => Promise<Measured>;
  readonly measureOurs: () => Promise<Measured>;
}

/**
 * Opens a chain with an RLC token for as long as `use` takes. Each system is deployed to that same chain, as if
 * it were the first one: neither profits from what the other stored, and a system that is measured alone costs the same.
 */
export async function withBench<Result>(
  use: (bench: Bench) => Promise<Result>,
  { scenarios = SCENARIOS, witness }: { scenarios?: readonly Scenario[]; witness?: (at: Played) => Promise<void> } = {},
): Promise<Result> {
  const connection = await network.create();
  try {
    const accounts = await createRoleAccounts(connection);
    const rlc = await new Rlc__factory(accounts.owner).deploy();
    const token = (await rlc.getAddress()) as Address;

    const measured = async (system: System): Promise<Measured> => {
      const market = await setScene(connection, system, accounts);
      const stage = { market, work: workIn(market) };
      const calls = new Map<string, Call>();
      for (const scenario of scenarios) {
        market.begin();
        const call = await aside(connection, async () => {
          const played = await scenario.play(stage).catch((error: unknown) => {
            throw unplayable(scenario, system, error);
          });
          await witness?.({ connection, scenario, call: played });
          return played;
        });
        calls.set(scenario.name, call);
      }
      return { deployment: system.deployment, calls };
    };
    return await use({
      measurePeer: (peer) => aside(connection, async () => measured(await deployPeer(connection, token, peer))),
      measureOurs: () => aside(connection, async () => measured(await deployOurs(connection, token))),
    });
  } finally {
    await connection.close();
  }
}

function unplayable({ name }: Scenario, system: System, error: unknown): BenchError {
  const reason = error instanceof Error ? error.message : String(error);
  return new BenchError(`"${name}" can't be played on ${system.name}: ${reason}`, { cause: error });
}

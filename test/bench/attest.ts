/**
 * What attestation costs on chain, in whole transactions, with and without the precompile for P-256.
 *
 * `npm run --silent bench:attest -- --json` prints the figures and nothing else. Fails if a bar is missed.
 */
import { measureAttestation, type AttestationCost } from "./attestation.js";

const isMissed = ({ gas, bar }: AttestationCost) => bar !== undefined && gas > bar;

async function main(): Promise<void> {
  const costs = await measureAttestation();
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(costs, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value), 2));
  } else {
    const lines = costs.map(({ name, gas, without, bar }) => [name, String(gas), String(bar ?? ""), String(without)]);
    for (const [name, gas, bar, without] of [["", "gas", "bar", "without the precompile"], ...lines]) {
      console.log(`${name!.padEnd(72)}${gas!.padStart(9)}${bar!.padStart(9)}${without!.padStart(25)}`);
    }
  }
  if (costs.some(isMissed)) process.exitCode = 1;
}

if (import.meta.main) await main();

import { balancesToJson } from "../json.js";
import { heading, table } from "../../table.js";
import type { Attempt } from "./attack.js";
import { isRepelled, type Outcome } from "./runAttack.js";

const SUCCEEDED = "SUCCEEDED";

/** Formats the outcomes of attacks as a table. */
export function outcomesToText(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap((outcome) => {
    const { name, attempts, ending, misplaced } = outcome;
    return attempts.map((attempt, i) => [
      i === 0 ? name : "",
      attempt.refusal?.by ?? "nobody",
      attempt.refusal?.error ?? SUCCEEDED,
      i > 0 ? "" : misplaced.length > 0 ? "ELSEWHERE" : ending === "refund" ? "refunded" : "honest worker paid",
      i > 0 ? "" : isRepelled(outcome) ? "yes" : "NO",
    ]);
  });
  const header = ["attack", "refused by", "error", "money", "repelled"];
  return [heading("Attacks"), table(header, rows)].join("\n");
}

/** Converts outcomes to one JSON value, with the balances before and after. Amounts are nRLC as strings of digits. */
export function outcomesToJson(outcomes: readonly Outcome[]) {
  return {
    isolation: "simulated",
    attacks: outcomes.map((outcome) => ({
      name: outcome.name,
      repelled: isRepelled(outcome),
      attempts: outcome.attempts.map(attemptToJson),
      money: outcome.ending,
      misplaced: outcome.misplaced,
      balances: { before: balancesToJson(outcome.before), after: balancesToJson(outcome.after) },
    })),
  };
}

function attemptToJson({ what, refusal }: Attempt) {
  const { by = null, error = null, sentence = null } = refusal ?? {};
  return { what, refusedBy: by, error, sentence };
}

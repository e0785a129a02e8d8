import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import {
  ContributionStatus,
  TaskStatus,
  isConsensus,
  NO_CONTRIBUTIONS,
  withContribution,
  workersNeeded,
  type Address,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import {
  missingWorkers,
  planTask,
  type ChainTask,
  type Contribution,
  type DealTerms,
  type AttemptFacts,
  type AttemptState,
  type Situation,
} from "@poco-marketplace/services/scheduler/plan.js";
import { addressOf } from "../fixtures/addresses.js";

const [ANNE, BERT, CORA, DORA] = [1, 2, 3, 4].map(addressOf) as [Address, Address, Address, Address];
const TRUTH = id("truth") as Hex;
const LIE = id("lie") as Hex;
const { UNSET, ACTIVE, REVEALING, COMPLETED, FAILED } = TaskStatus;
const { CONTRIBUTED, PROVED, REJECTED } = ContributionStatus;
const START = 1_000n;
const T = 100n;
const [CONTRIBUTIONS_END, FINAL_DEADLINE, REVEALS_END] = [START + 7n * T, START + 10n * T, START + 4n * T];

const DEAL: DealTerms = {
  trust: 1n,
  contributionDeadline: CONTRIBUTIONS_END,
  finalDeadline: FINAL_DEADLINE,
  workClockTimeRef: T,
};
const TASK: ChainTask = { status: ACTIVE, revealDeadline: 0n, consensusValue: ZeroHash as Hex, contributions: [] };

const said = (worker: Address, resultHash: Hex = TRUTH, status: Contribution["status"] = CONTRIBUTED, score = 0n) => ({
  worker,
  resultHash,
  status,
  score,
});
const at = (worker: Address, state: AttemptState = "working", changes: Partial<AttemptFacts> = {}): AttemptFacts => ({
  worker,
  state,
  since: START,
  hasResult: false,
  identity: worker,
  isProven: false,
  ...changes,
});

type Changes = Partial<Pick<Situation, "now" | "attempts" | "untried" | "limits">> & {
  readonly deal?: Partial<DealTerms>;
  readonly chain?: Partial<ChainTask>;
};

const NOBODY = { anybody: false, proven: false };
const BUSY_NEWCOMER = { anybody: true, proven: false };
const BUSY_AND_PROVEN = { anybody: true, proven: true };

function times(count: number, state: AttemptState): AttemptFacts[] {
  return Array.from({ length: count }, () => at(ANNE, state));
}

/** What is next in a situation that differs like this from a task that was just opened. */
function next({ deal, chain, ...rest }: Changes = {}) {
  const usual = { now: START + 1n, attempts: [], untried: NOBODY, limits: { failures: 3, attempts: 20 } };
  return planTask({ ...usual, ...rest, deal: { ...DEAL, ...deal }, chain: { ...TASK, ...chain } });
}

const STAFF = { kind: "staff", except: [], tried: [], mayRetry: true, forWhom: "anybody" };

const revealing = (contributions: Contribution[]): Partial<ChainTask> => ({
  status: REVEALING,
  revealDeadline: REVEALS_END,
  consensusValue: TRUTH,
  contributions,
});

describe("The plan for a task", () => {
  describe("that was not opened", () => {
    it("is to open it", () => {
      expect(next({ chain: { status: UNSET } })).to.deep.equal({ kind: "initialize" });
    });

    it("is to wait for its final deadline when contributions closed, and then to claim it unopened", () => {
      const chain = { status: UNSET };
      expect(next({ now: CONTRIBUTIONS_END - 1n, chain }).kind).to.equal("initialize");
      expect(next({ now: CONTRIBUTIONS_END, chain })).to.include({ kind: "wait", until: FINAL_DEADLINE });
      expect(next({ now: FINAL_DEADLINE - 1n, chain }).kind).to.equal("wait");
      expect(next({ now: FINAL_DEADLINE, chain })).to.deep.equal({ kind: "initializeAndClaim" });
    });
  });

  describe("that is open, for one worker", () => {
    it("is to find one", () => {
      expect(next()).to.deep.equal({ ...STAFF, count: 1 });
    });

    it("is to wait while it is at it, no longer than the category's time", () => {
      expect(next({ attempts: [at(ANNE)] })).to.include({ kind: "wait", until: START + T });
      expect(next({ now: START + T, attempts: [at(ANNE)] })).to.deep.include({
        kind: "release",
        workers: [ANNE],
        isFailure: true,
      });
    });

    it("is to find another when one failed, went silent or was too slow", () => {
      for (const state of ["failed", "lost", "released"] as const) {
        const step = next({ attempts: [at(ANNE, state)] });
        expect(step).to.deep.equal({ ...STAFF, count: 1, tried: [ANNE] });
      }
    });

    it("is to find another when one takes no such apps, which fails nobody", () => {
      const attempts = [ANNE, BERT, CORA].map((worker) => at(worker, "refused"));
      expect(next({ attempts })).to.deep.equal({ ...STAFF, count: 1, except: [ANNE, BERT, CORA] });
    });

    it("is to give up after three failures, or twenty attempts", () => {
      expect(next({ attempts: times(2, "failed") }).kind).to.equal("staff");
      expect(next({ attempts: times(3, "failed") })).to.include({ kind: "giveUp", until: FINAL_DEADLINE });
      expect(next({ attempts: times(19, "lost") }).kind).to.equal("staff");
      expect(next({ attempts: times(20, "lost") })).to.include({ kind: "giveUp", until: FINAL_DEADLINE });
    });

    it("is not to give up while somebody has not tried, as when a healthy worker is busy", () => {
      const attempts = times(3, "failed");
      expect(next({ attempts, untried: BUSY_NEWCOMER })).to.include({ kind: "staff", mayRetry: false });
      expect(next({ attempts, untried: NOBODY }).kind).to.equal("giveUp");
      const exhausted = times(20, "failed");
      expect(next({ attempts: exhausted, untried: BUSY_NEWCOMER }).kind).to.equal("giveUp");
      expect(next({ attempts: exhausted, untried: BUSY_AND_PROVEN })).to.include({
        kind: "staff",
        forWhom: "proven",
      });
    });

    it("is to give up after three who do other tasks well, however many have not tried", () => {
      const attempts = [ANNE, BERT, CORA].map((worker) => at(worker, "failed", { isProven: true }));
      expect(next({ attempts, untried: BUSY_AND_PROVEN }).kind).to.equal("giveUp");
      const oneOfThem = attempts.map((each) => ({ ...each, identity: ANNE }));
      expect(next({ attempts: oneOfThem, untried: BUSY_AND_PROVEN }).kind).to.equal("staff");
    });

    it("is for those who do other tasks well, after somebody else failed it or sat on it", () => {
      for (const state of ["failed", "lost", "released"] as const) {
        const step = next({ attempts: [at(ANNE, state)], untried: BUSY_AND_PROVEN });
        expect(step).to.include({ kind: "staff", forWhom: "proven", mayRetry: false });
      }
      expect(next({ untried: BUSY_AND_PROVEN })).to.include({ forWhom: "anybody" });
    });

    it("is to wait for the chain when a worker says that it is done, for a while", () => {
      expect(next({ attempts: [at(ANNE, "contributed")] }).kind).to.equal("wait");
      expect(next({ now: START + T, attempts: [at(ANNE, "contributed")] }).kind).to.equal("release");
    });

    it("gives a worker whose download goes on its time, but no more than half of what was left when it got the task", () => {
      const latest = START + (CONTRIBUTIONS_END - START) / 2n;
      for (const [downloadedAt, begin] of [
        [undefined, START],
        [START + 5n, START + 5n],
        [latest - 1n, latest - 1n],
        [CONTRIBUTIONS_END - 1n, latest],
      ] as const) {
        const attempts = [at(ANNE, "working", { downloadedAt })];
        expect(next({ now: begin + T - 1n, attempts })).to.include({ kind: "wait", until: begin + T });
        expect(next({ now: begin + T, attempts })).to.include({ kind: "release", isFailure: true });
      }
      const late = [at(ANNE, "working", { downloadedAt: CONTRIBUTIONS_END - 1n })];
      expect(next({ now: CONTRIBUTIONS_END, attempts: late })).to.include({ kind: "release", isFailure: false });
    });

    it("is to stop workers when contributions closed, and to claim at the final deadline", () => {
      const attempts = [at(ANNE, "working", { since: CONTRIBUTIONS_END - 1n })];
      expect(next({ now: CONTRIBUTIONS_END, attempts })).to.deep.include({
        kind: "release",
        workers: [ANNE],
        isFailure: false,
      });
      expect(next({ now: CONTRIBUTIONS_END })).to.include({ kind: "wait", until: FINAL_DEADLINE });
      expect(next({ now: FINAL_DEADLINE - 1n })).to.include({ kind: "wait" });
      expect(next({ now: FINAL_DEADLINE, attempts })).to.deep.equal({ kind: "claim" });
    });
  });

  describe("that is open, for several workers", () => {
    const deal = { trust: 3n };

    it("is to find as many as a consensus takes", () => {
      expect(next({ deal })).to.include({ kind: "staff", count: workersNeeded({ trust: 3n }) });
    });

    it("is to find those who are missing, but nobody who is at it or has contributed", () => {
      const step = next({ deal, chain: { contributions: [said(ANNE)] }, attempts: [at(ANNE, "contributed")] });
      expect(step).to.deep.equal({ ...STAFF, count: 1, except: [ANNE] });
      expect(next({ deal, attempts: [at(ANNE)] })).to.deep.include({ kind: "staff", count: 1, except: [ANNE] });
      expect(next({ deal, attempts: [at(ANNE), at(BERT)] }).kind).to.equal("wait");
    });

    it("is to find more when workers disagree", () => {
      const contributions = [said(ANNE, LIE), said(BERT)];
      const attempts = [at(ANNE, "contributed"), at(BERT, "contributed")];
      const step = next({ deal, chain: { contributions }, attempts });
      expect(step).to.include({ kind: "staff", count: missingWorkers(3n, contributions) });
      expect(step).to.have.deep.property("except", [ANNE, BERT]);
    });

    it("is to begin anew without those whose consensus was given up", () => {
      const contributions = [said(ANNE, LIE, REJECTED), said(BERT, LIE, REJECTED)];
      expect(next({ deal, chain: { contributions } })).to.deep.include({
        kind: "staff",
        count: 2,
        except: [ANNE, BERT],
      });
    });
  });

  describe("that has a consensus", () => {
    const won = [said(ANNE), said(BERT), said(CORA, LIE)];

    it("is to wait for the winners to reveal, and for nobody else", () => {
      const chain = revealing([said(ANNE, TRUTH, PROVED), ...won.slice(1)]);
      expect(next({ chain })).to.deep.equal({ kind: "reveal", workers: [BERT], until: REVEALS_END });
    });

    it("is to stop those who are still at it, but no winner", () => {
      const step = next({ chain: revealing(won), attempts: [at(DORA), at(ANNE)] });
      expect(step).to.deep.include({ kind: "release", workers: [DORA], isFailure: false });
    });

    it("is to finalize with what a winner delivered when all revealed, or time is up", () => {
      const all = revealing([said(ANNE, TRUTH, PROVED), said(BERT, TRUTH, PROVED), said(CORA, LIE)]);
      const delivered = (worker: Address) => at(worker, "contributed", { hasResult: true });
      const attempts = [at(ANNE, "contributed"), delivered(BERT), delivered(CORA)];
      expect(next({ chain: all, attempts })).to.deep.equal({ kind: "finalize", workers: [BERT] });

      const some = revealing([said(ANNE), said(BERT, TRUTH, PROVED)]);
      expect(next({ now: REVEALS_END - 1n, chain: some, attempts }).kind).to.equal("reveal");
      expect(next({ now: REVEALS_END, chain: some, attempts })).to.deep.equal({ kind: "finalize", workers: [BERT] });
    });

    it("is not to finalize with nothing: the requester has its money back instead", () => {
      const chain = revealing([said(ANNE, TRUTH, PROVED)]);
      expect(next({ chain, attempts: [at(ANNE, "contributed")] })).to.include({
        kind: "wait",
        until: FINAL_DEADLINE,
      });
      expect(next({ now: FINAL_DEADLINE, chain })).to.deep.equal({ kind: "claim" });
    });

    it("is to reopen when nobody revealed in time, up to the final deadline", () => {
      expect(next({ now: REVEALS_END, chain: revealing(won) })).to.deep.equal({ kind: "reopen" });
      expect(next({ now: FINAL_DEADLINE, chain: revealing(won) })).to.deep.equal({ kind: "claim" });
    });
  });

  it("is to close what is over", () => {
    expect(next({ chain: { status: COMPLETED } })).to.deep.equal({ kind: "close", outcome: "completed" });
    expect(next({ chain: { status: FAILED }, now: FINAL_DEADLINE })).to.deep.include({ outcome: "failed" });
  });
});

describe("missingWorkers", () => {
  it("is exactly what it takes, whatever was said and whatever trust is asked", () => {
    for (const trust of [0n, 1n, 2n, 3n, 10n, 1_000n, 2n ** 255n]) {
      for (const lies of [0, 1, 2]) {
        for (const truths of [0, 1, 3]) {
          const contributions = [
            ...Array.from({ length: lies }, (_, n) => said(addressOf(10 + n), LIE, CONTRIBUTED, 30n)),
            ...Array.from({ length: truths }, (_, n) => said(addressOf(20 + n), TRUTH)),
          ];
          const standing = contributions.reduce(withContribution, NO_CONTRIBUTIONS);
          const strongest = [...standing.groups].toSorted((a, b) => (a[1] < b[1] ? 1 : -1))[0]?.[0] ?? TRUTH;
          const reaches = (workers: number) => {
            let weights = standing;
            for (let n = 0; n < workers; n++) weights = withContribution(weights, { resultHash: strongest, score: 0n });
            return [...weights.groups.values()].some((group) => isConsensus({ group, total: weights.total, trust }));
          };

          const missing = missingWorkers(trust, contributions);

          expect(reaches(missing), `${trust} ${lies} ${truths}: enough`).to.equal(true);
          expect(missing === 0 || !reaches(missing - 1), `${trust} ${lies} ${truths}: not too many`).to.equal(true);
        }
      }
    }
  });
});

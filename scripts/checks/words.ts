/**
 * The words of contracts, code, tests, examples and documents: American spelling, and no name that was given up for a term
 * of the field.
 *
 * The spelling of the wire stays: an error's name that is part of an ABI is not a matter of taste.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

import { verdict } from "./verdict.js";

const CHECKED = /^(?:packages|scripts|test|examples|deploy|contracts|docs|\.ci)\/|^[\w.]+\.(?:ts|md)$/;
/** Generated files, published vectors, binary files, and the files that name the words that they refuse. */
const LEFT_OUT =
  /\/abi\/|\/errorCatalog\.ts$|package-lock\.json$|^test\/conformance\/wire\/|\.(?:png|svg|zip|bin|der|pdf)$|\/words(?:\.test)?\.ts$/;
/** Names of the wire that are spelled otherwise, in lower case as in links to them. */
const OF_THE_WIRE = new Set(["enclavenotinitialised"]);

const BRITISH: readonly (readonly [RegExp, string])[] = [
  [
    /(?:author|initial|recogn|organ|normal|final|serial|optim|minim|maxim|summar|synchron|categor)is(?:e|ing|ation|abl)/i,
    "z for s",
  ],
  [/behaviour|colour|honour|favour|neighbour|rumour|flavour/i, "-or"],
  [/cancelled|cancelling|labelled|labelling|modelled|travelled|signalled/i, "one l"],
  [/analyse(?:d|$)|analysing/, "analyze"],
  [/licence|defence|offence/i, "-se"],
  [/\b(?:centre|theatre|fibre|litre)s?\b/i, "-er"],
  [/reorganiz|reorganis/i, "reorg"],
  [/\b(?:fulfil|grey|whilst|learnt|artefacts?|catalogues?)\b/i, "fulfill, gray, while, learned, artifact, catalog"],
];

/** Names that nobody uses any more, and what is said instead. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ["Leave", "WorkPermit"],
  ["outlast", "drainRequestBody"],
  ["forgetAfter", "deleteBlocksAfter"],
  ["serveCompass", "serveDirectory"],
  ["isReorganised", "isReorg"],
  ["Furnace", "EnclavePool"],
  ["Teller", "StatusReporter"],
  ["Notes", "RevealStore"],
  ["SmsClient", "SecretsClient"],
  ["SecretLodge", "SecretWriter"],
  ["SecretServiceError", "ServiceError"],
  ["MarketRefusal", "ServiceError"],
  ["SchedulerRefusal", "ServiceError"],
  ["openMarketClient", "MarketClient"],
  ["openSchedulerClient", "WorkerSession"],
  ["lodgeOf", "writerOf"],
  ["Wish", "RequestToMatch"],
  ["explainWish", "explainRequest"],
  ["openSender", "NonceManagedSender"],
  ["EnclaveBook", "EnclaveAssignments"],
  ["SessionDesk", "SessionContext"],
  ["demand", "assertQuote, assertRequest"],
  ["Workshop", "WorkerContext"],
  ["openWorkshop", "openMemoryStore"],
  ["RunDuty", "TaskAssignment"],
  ["Duties", "WorkChanges"],
  ["InHand", "TaskAttempt"],
  ["DutiesRequest", "WorkReport"],
  ["Troupe", "Actors"],
  ["createTroupe", "createActors"],
  ["AttestedWorker", "DemoWorker"],
  ["readBooks", "readBalances"],
  ["checkBooks", "checkBalances"],
  ["Theater", "AttackSetup"],
  ["performAttacks", "runAttacks"],
  ["EngineLog", "Log"],
  ["FollowerLog", "Log"],
  ["EngineParts", "EngineOptions"],
  ["Attendance", "EngineContext"],
  ["HANDS", "MAX_CONCURRENT_STEPS"],
  ["DOUBT_MS", "REORG_RECHECK_MS"],
  ["REST_MS", "RETRY_DELAY_MS"],
  ["Roster", "WorkerSessions"],
  ["openRoster", "WorkerSessions"],
  ["PoolRecord", "Records"],
  ["KeptOffers", "OfferKeeper"],
  ["Looking", "Poller"],
  ["lookAgain", "Poller"],
  ["WorkerDesk", "WorkerRoutesContext"],
  ["ClientDesk", "ClientRoutesContext"],
  ["OwnerDesk", "OwnerRoutesContext"],
  ["applyChain", "BlockApplier"],
  ["openLedger", "UsedChallenges"],
  ["guardAgainstWebPages", "refuseOtherOrigins"],
  ["marketDefinition", "MARKET_DATABASE"],
  ["POOL_DATABASE", "SCHEDULER_DATABASE"],
]);

/**
 * The words of `text` that are not to be used, as `line word: what to say instead`.
 *
 * @param text - Code or a document.
 */
export function refusedWords(text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const spelled = [...line.matchAll(/[A-Za-z]+/g)].flatMap(([word]) => {
      if (OF_THE_WIRE.has(word.toLowerCase())) return [];
      const rule = BRITISH.find(([pattern]) => pattern.test(word));
      return rule === undefined ? [] : [`${index + 1} ${word}: American spelling (${rule[1]})`];
    });
    // A type, a class or an interface; the same word may begin a sentence.
    const declared = [...line.matchAll(/(?:\b(?:type|interface|class|enum|function|const|let)|@link) (\w+)/g)].flatMap(
      ([, name]) => {
        const instead = RETIRED.get(name!);
        return instead === undefined ? [] : [`${index + 1} ${name}: ${instead}`];
      },
    );
    return [...spelled, ...declared];
  });
}

const EXPORTED = /^export (?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;

/**
 * The names that several files export, since a name means one thing; all but `run`, which is a command's in each.
 *
 * @param files - The text of each file by its path.
 */
export function ambiguousNames(files: ReadonlyMap<string, string>): string[] {
  const homes = new Map<string, Set<string>>();
  for (const [file, text] of files) {
    for (const [, name] of text.matchAll(EXPORTED)) homes.set(name!, new Set(homes.get(name!)).add(file));
  }
  const several = [...homes].filter(([name, { size }]) => size > 1 && name !== "run");
  return several.map(([name, found]) => `${[...found].join(" and ")} export ${name}: one name means one thing`);
}

if (import.meta.main) {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  const checked = files
    .trim()
    .split("\n")
    .filter((file) => CHECKED.test(file) && !LEFT_OUT.test(file) && existsSync(file));
  const texts = new Map(checked.map((file) => [file, readFileSync(file, "utf8")]));
  const words = [...texts].flatMap(([file, text]) => refusedWords(text).map((finding) => `${file}:${finding}`));
  const shipped = new Map([...texts].filter(([file]) => /^packages\/\w+\/src\//.test(file)));
  const findings = [...words, ...ambiguousNames(shipped)];
  verdict("words", findings, "American spelling, no retired name, and no exported name that means two things");
}

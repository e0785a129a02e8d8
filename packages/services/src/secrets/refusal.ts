import {
  defineErrors,
  type AssertOf,
  type CatalogError,
  type ErrorCatalog,
  type CatalogErrorValues,
} from "@poco-marketplace/sdk/errors/defineErrors.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { EnclaveRefusal } from "@poco-marketplace/enclave/trust/enclaveRefusal.js";

/**
 * The refusals of this service: the HTTP status, and a sentence with the values that it found. None of the values is
 * ever a secret.
 */
const REFUSALS = {
  // Malformed requests.
  MalformedRequest: [
    400,
    (v: { problem: string }) =>
      `The request cannot be read: ${v.problem}. docs/reference/secrets.md shows what each route takes.`,
  ],
  EmptySecret: [
    400,
    (v: { route: string }) => `The secret for ${v.route} is empty: send it as the body, in UTF-8, as text/plain.`,
  ],
  SecretTooLarge: [413, (v: { limit: number }) => `The body is too large: ${v.limit} bytes are allowed here.`],
  InvalidSecretName: [
    400,
    (v: { given: string; expected: string }) =>
      `The name of the secret is ${JSON.stringify(v.given)}: give ${v.expected}.`,
  ],

  // Signatures.
  MissingSignature: [
    401,
    (v: { challenge: Hex; signer: Address }) =>
      `The header Authorization holds no signature: have ${v.signer} sign the Ethereum message of the 32 ` +
      `bytes ${v.challenge}.`,
  ],
  WrongSigner: [
    401,
    (v: { challenge: Hex; signer: Address; recovered: Address | undefined }) =>
      `${v.recovered ?? "Nobody's key"} made this signature, not ${v.signer}: have it sign the ` +
      `Ethereum message of the 32 bytes ${v.challenge}.`,
  ],

  // Stored secrets.
  UnknownAsset: [
    404,
    (v: { kind: string; address: Address }) =>
      `There is no ${v.kind} ${v.address} in the registry on this chain: register it first, or ask on its chain.`,
  ],
  UnknownSecret: [404, (v: { secret: string }) => `There is no ${v.secret} here: push it with POST.`],
  SecretExists: [
    409,
    (v: { secret: string }) =>
      `A ${v.secret} is stored already and cannot be replaced: only web2 secrets can, with PUT.`,
  ],
  SecretReplayed: [
    409,
    (v: { secret: string }) =>
      `This ${v.secret} was replaced before, and anyone who saw its signature could replay it: push a new one.`,
  ],

  // Tasks.
  UnknownTask: [
    404,
    (v: { taskId: Hex }) =>
      `Task ${v.taskId} was not initialized on this chain: initialize it first. Tasks of boost deals never ` +
      "are, and get no secrets.",
  ],
  TaskNotActive: [
    409,
    (v: { taskId: Hex; status: string }) => `Task ${v.taskId} is ${v.status}: secrets are for tasks that are ACTIVE.`,
  ],
  ContributionsClosed: [
    409,
    (v: { taskId: Hex; deadline: bigint; now: bigint }) =>
      `Contributions to task ${v.taskId} closed at ${moment(v.deadline)}, and it is ${moment(v.now)}: no ` +
      "secrets are released any more.",
  ],
  NoEnclaveAsked: [
    403,
    (v: { dealId: Hex; tag: Hex }) =>
      `Deal ${v.dealId} has tag ${v.tag}, without tee (bit 0): its tasks get no secrets.`,
  ],
  UnreadableParams: [
    422,
    (v: { dealId: Hex; problem: string }) =>
      `The params of deal ${v.dealId} cannot be read: ${v.problem}. The requester has to make another deal.`,
  ],
  UnreadableSlice: [
    422,
    (v: { taskId: Hex; cid: string; problem: string }) =>
      `The bulk data of task ${v.taskId} cannot be read from ${v.cid}: ${v.problem}.`,
  ],

  // Authorization.
  NotAuthorized: [
    403,
    (v: { taskId: Hex; worker: Address; enclave: Address; authorizer: string }) =>
      `${v.authorizer} did not authorize worker ${v.worker} with enclave ${v.enclave} for task ${v.taskId}: ` +
      "ask the pool's scheduler.",
  ],
  EnclaveSuperseded: [
    403,
    (v: { taskId: Hex; enclave: Address; current: Address }) =>
      `Enclave ${v.enclave} is not assigned to task ${v.taskId} now (assigned: ${v.current}): ask the pool's scheduler.`,
  ],
  AppointmentOutdated: [
    409,
    (v: { taskId: Hex; sequence: bigint; latest: bigint }) =>
      `Appointment ${v.sequence} for task ${v.taskId} is outdated, since number ${v.latest} is in force: sign one ` +
      "with a higher number.",
  ],

  // Missing secrets.
  MissingDatasetKey: [
    404,
    (v: { dataset: Address }) =>
      `The key of dataset ${v.dataset} was not pushed: its owner can push it with POST /secrets/web3.`,
  ],
  MissingRequesterSecret: [
    404,
    (v: { requester: Address; number: number; secret: string }) =>
      `The deal asks for secret ${v.number} of requester ${v.requester}, named ${v.secret}, which was not ` +
      "pushed: push it first.",
  ],
  MissingWeb2Secret: [
    404,
    (v: { owner: Address; secret: string; purpose: string }) =>
      `${v.owner} did not push ${v.secret}, without which ${v.purpose}: push it with POST /secrets/web2.`,
  ],

  // Failures that are not the client's.
  ChainUnavailable: [
    503,
    (v: { problem: string }) => `The chain cannot be read now (${v.problem}): try again in a moment.`,
  ],
} as const satisfies ErrorCatalog;

/** The name of a refusal. */
export type RefusalName = keyof typeof REFUSALS;

/** The values that go with a name. */
export type RefusalValues<Name extends RefusalName> = CatalogErrorValues<typeof REFUSALS, Name>;

const ERRORS = defineErrors("SecretRefusal", "reason", REFUSALS);

/** A refusal of this service: a name, its values, a sentence, and the HTTP status of the answer. */
export type SecretRefusal<Name extends RefusalName = RefusalName> = CatalogError<typeof REFUSALS, "reason", Name>;
export const SecretRefusal = ERRORS.ErrorClass;

/** Throws the error of that name unless `condition` holds. */
export const assertRequest: AssertOf<typeof REFUSALS> = ERRORS.assert;

/** Whether an error is a refusal: one of this service, or one of an enclave that did not prove itself. */
export function isRefusal(error: unknown): error is SecretRefusal | EnclaveRefusal {
  return error instanceof SecretRefusal || error instanceof EnclaveRefusal;
}

function moment(seconds: bigint): string {
  const milliseconds = Number(seconds) * 1000;
  return milliseconds <= 8.64e15 ? new Date(milliseconds).toISOString() : `${seconds} s`;
}

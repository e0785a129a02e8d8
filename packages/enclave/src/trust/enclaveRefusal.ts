import {
  defineErrors,
  type AssertOf,
  type CatalogError,
  type ErrorCatalog,
  type CatalogErrorValues,
} from "@poco-marketplace/sdk/errors/defineErrors.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** The reasons for which an enclave is refused, as sentences. */
const REFUSALS = {
  QuoteRefused: (v: { fault: string; reason: string }) => `The quote is refused (${v.fault}). ${v.reason}`,
  WrongReportData: (v: { worker: Address; taskId: Hex; enclave: Address; expected: Hex; reported: Hex }) =>
    `The quote says ${v.reported}, but worker ${v.worker}, task ${v.taskId}, enclave ${v.enclave} and its ` +
    `encryption key make ${v.expected}: show the quote of that enclave, for that worker and task.`,
  ConfiguredEnclave: (v: { field: string; value: Hex }) =>
    `The host gave the enclave ${v.field} ${v.value}, which its measurement does not cover: run it without.`,
  AppWithoutMeasurement: (v: { app: Address; published: Hex }) =>
    `App ${v.app} published ${v.published} as its measurement, which is neither 32 nor 240 bytes: no ` +
    "enclave can prove to be it.",
  WrongMeasurement: (v: { app: Address; expected: Hex; measured: Hex }) =>
    `The enclave measures ${v.measured}, but app ${v.app} of the deal published ${v.expected}: run that ` +
    "app, unchanged.",
  UnknownConfiguration: (v: { configuration: Hex }) =>
    `MRCONFIGID of the trust domain is ${v.configuration}, neither zero nor 01, the digest of an image and 15 zeros: ` +
    "start it with the digest of the app's image there.",
  WrongImage: (v: { app: Address; expected: Hex; actual: Hex }) =>
    `The trust domain was started for image ${v.actual}, but app ${v.app} of the deal published ${v.expected}: start ` +
    "it for that image.",
  UnapprovedRuntime: (v: { runtime: Hex }) =>
    `The runtime ${v.runtime} of the trust domain is not on the list of the hub's TEE broker, so that nothing says ` +
    "which image it runs: use one of its approvedRuntimes(), or ask the broker's owner to approve this one.",
  WrongImageRegister: (v: { digest: Hex; expected: Hex; reported: Hex }) =>
    `RTMR3 of the trust domain is ${v.reported}, but a runtime that has verified image ${v.digest}, and nothing else, ` +
    `leaves ${v.expected} there: ask for a quote after the image is verified, and run one image per trust domain.`,
  PlatformRefusedOnChain: (v: { registry: Address; reason: string }) =>
    `The registry of platforms ${v.registry} refuses this one. ${v.reason}`,
} as const satisfies ErrorCatalog;

/** The name of a refusal. */
export type EnclaveRefusalName = keyof typeof REFUSALS;

/** The values that go with a name. */
export type EnclaveRefusalValues<Name extends EnclaveRefusalName> = CatalogErrorValues<typeof REFUSALS, Name>;

const ERRORS = defineErrors("EnclaveRefusal", "reason", REFUSALS, 403);

/** The refusal of an enclave: a name, its values, a sentence, and the HTTP status of the answer. */
export type EnclaveRefusal<Name extends EnclaveRefusalName = EnclaveRefusalName> = CatalogError<
  typeof REFUSALS,
  "reason",
  Name
>;
export const EnclaveRefusal = ERRORS.ErrorClass;

/** Throws the error of that name unless `condition` holds. */
export const assertEnclave: AssertOf<typeof REFUSALS> = ERRORS.assert;

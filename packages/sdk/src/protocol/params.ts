import { InvalidFieldError, readObject, readString } from "./field.js";

/**
 * What a request order tells the machine that runs its tasks: the JSON in its `params`. Source:
 * docs/reference/services.md section 4.
 */
export interface DealParams {
  /** Command line of the app (`iexec_args`). */
  readonly args?: string;
  /** URLs of public files to fetch before the app runs (`iexec_input_files`). */
  readonly inputFiles?: readonly string[];
  /** Names of the requester's secrets by the number that the app asks for them with, from 1 (`iexec_secrets`). */
  readonly secrets?: Readonly<Record<number, string>>;
  /** Whether the result is encrypted for the beneficiary (`iexec_result_encryption`). */
  readonly resultEncryption?: boolean;
  /** Where the result is put (`iexec_result_storage_provider`), such as `ipfs`. */
  readonly resultStorageProvider?: string;
  /** URL of the service that takes it there (`iexec_result_storage_proxy`). */
  readonly resultStorageProxy?: string;
  /** CID of the list of slices of protected data that the tasks run over, one each (`bulk_cid`). */
  readonly bulkCid?: string;
  /** Anything else that was in the JSON, under its own names. */
  readonly others?: Readonly<Record<string, unknown>>;
}

type Reader = (field: string, value: unknown) => unknown;

const FIELDS: Readonly<Record<Exclude<keyof DealParams, "others">, { name: string; read: Reader }>> = {
  args: { name: "iexec_args", read: readString },
  inputFiles: { name: "iexec_input_files", read: readUrls },
  secrets: { name: "iexec_secrets", read: readSecrets },
  resultEncryption: { name: "iexec_result_encryption", read: readFlag },
  resultStorageProvider: { name: "iexec_result_storage_provider", read: readString },
  resultStorageProxy: { name: "iexec_result_storage_proxy", read: readUrl },
  bulkCid: { name: "bulk_cid", read: readString },
};

/**
 * Writes the `params` of a request order.
 *
 * @returns JSON with the known names in a fixed order and the others after them; empty when there is nothing to say.
 * @throws {@link InvalidFieldError} when a value is not what its field takes, a name is not known, or one of the others
 * has the name of a known field.
 * @example
 * ```ts
 * buildParams({ args: "--digits 10", resultEncryption: true });
 * // → '{"iexec_args":"--digits 10","iexec_result_encryption":true}'
 * buildParams({}); // → ""
 * ```
 */
export function buildParams(params: DealParams): string {
  const { others = {}, ...known } = params;
  for (const [field, value] of Object.entries(known)) {
    if (!Object.hasOwn(FIELDS, field)) {
      throw new InvalidFieldError(`params.${field}`, value, `one of ${Object.keys(FIELDS).join(", ")}, others`);
    }
  }
  const json: Record<string, unknown> = {};
  for (const [field, { name, read }] of Object.entries(FIELDS)) {
    const value = known[field as keyof typeof known];
    if (value !== undefined) json[name] = read(`params.${name}`, value);
    if (Object.hasOwn(others, name)) {
      throw new InvalidFieldError(`params.others.${name}`, others[name], `nothing here: say it with ${field}`);
    }
  }
  const text = JSON.stringify({ ...json, ...others });
  return text === "{}" ? "" : text;
}

/**
 * Reads the `params` of a request order.
 *
 * @param text - JSON, or nothing at all.
 * @throws {@link InvalidFieldError} when it is no JSON object, or a known field is not what it should be.
 * @example
 * ```ts
 * parseParams('{"iexec_args":"--digits 10","color":"red"}'); // → { args: "--digits 10", others: { color: "red" } }
 * parseParams("--digits 10"); // throws InvalidFieldError
 * ```
 */
export function parseParams(text: string): DealParams {
  const json = readObject("params", text === "" ? {} : parseJson(text));
  const params: Record<string, unknown> = {};
  const others = { ...json };
  for (const [field, { name, read }] of Object.entries(FIELDS)) {
    if (json[name] !== undefined) params[field] = read(`params.${name}`, json[name]);
    delete others[name];
  }
  return Object.keys(others).length === 0 ? params : { ...params, others };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidFieldError("params", text, "JSON, or nothing");
  }
}

function readFlag(field: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new InvalidFieldError(field, value, "true or false");
  return value;
}

function readUrl(field: string, value: unknown): string {
  const url = readString(field, value);
  if (!/^https?:\/\/[^\s/]/.test(url) || !URL.canParse(url)) {
    throw new InvalidFieldError(field, value, "a URL that starts with http:// or https://");
  }
  return url;
}

function readUrls(field: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw new InvalidFieldError(field, value, "a list of URLs");
  return value.map((url: unknown, index) => readUrl(`${field}[${index}]`, url));
}

function readSecrets(field: string, value: unknown): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const [number, name] of Object.entries(readObject(field, value))) {
    if (!/^[1-9]\d*$/.test(number)) throw new InvalidFieldError(field, number, "secrets numbered from 1");
    if (typeof name !== "string" || !/^[\w-]+$/.test(name)) {
      throw new InvalidFieldError(`${field}.${number}`, name, "a name of letters, digits, - and _");
    }
    secrets[number] = name;
  }
  return secrets;
}

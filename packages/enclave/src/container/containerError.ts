import {
  defineErrors,
  type AssertOf,
  type CatalogError,
  type ErrorCatalog,
} from "@poco-marketplace/sdk/errors/defineErrors.js";

/** The reasons why an image that was fetched and checked cannot be run, as sentences. */
const ERRORS_BY_NAME = {
  NothingToRun: () =>
    "The image names no program: give it an ENTRYPOINT or a CMD, or give the deal's iexec_args the program to run.",
  ProgramNotFound: (v: { program: string; where: string }) =>
    `The image has no program ${show(v.program)}${v.where}: correct its ENTRYPOINT or CMD, and mind that an ` +
    "ENTRYPOINT in shell form needs /bin/sh.",
  ProgramNotExecutable: (v: { program: string; problem: string }) =>
    `The image's program ${show(v.program)} ${v.problem}: make it an executable file (chmod +x).`,
  UnknownUser: (v: { user: string }) =>
    `The image runs as USER ${show(v.user)}, whom its /etc/passwd does not have: add that user, or give a number.`,
  UnknownGroup: (v: { group: string }) =>
    `The image runs with the group ${show(v.group)}, which its /etc/group does not have: add that group, or give a number.`,
  InvalidUser: (v: { user: string; problem: string }) =>
    `The image runs as USER ${show(v.user)}, which ${v.problem}: write it as user, user:group, uid or uid:gid.`,
  NotAFolder: (v: { path: string }) =>
    `The image needs a folder at ${show(v.path)}, where it has something else: take that out of the image.`,
  TooManyLinks: (v: { path: string }) =>
    `The path ${show(v.path)} in the image leads through too many links: correct the links.`,
  FileTooLarge: (v: { path: string; limit: number }) =>
    `The image's file ${show(v.path)} is no file of at most ${v.limit} bytes: correct it.`,
} as const satisfies ErrorCatalog;

function show(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** The name of an error. */
export type ContainerErrorName = keyof typeof ERRORS_BY_NAME;

const ERRORS = defineErrors("ContainerError", "reason", ERRORS_BY_NAME);

/** The reason why an image cannot be run: a name, its values, and a sentence that says what to do. */
export type ContainerError<Name extends ContainerErrorName = ContainerErrorName> = CatalogError<
  typeof ERRORS_BY_NAME,
  "reason",
  Name
>;
export const ContainerError = ERRORS.ErrorClass;

/** Throws the error with that name unless `condition` holds. */
export const assertContainer: AssertOf<typeof ERRORS_BY_NAME> = ERRORS.assert;

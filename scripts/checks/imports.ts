/** An import in a module of TypeScript, JavaScript or Solidity. */
export interface Import {
  /** What is imported, as it is written there. */
  readonly name: string;
  /** Whether only types are imported, so that nothing is at run time. */
  readonly isType: boolean;
}

const STATIC = /^\s*(?:import|export)\b(?:\s+(type)\b)?(?:[^;'"]*?\bfrom)?\s*["']([^"']+)["']/gm;
const DYNAMIC = /\b(?:import|require|import\.meta\.resolve|require\.resolve)\(\s*["']([^"']+)["']/g;
/** What Node is to load before a program: `node --import tsx`. */
const LOADED = /--import(?:[ =]|", ")(\w[\w/-]*)["'\s]/g;

/** Everything that a module imports, statically or not. */
export function importsOf(text: string): Import[] {
  return [
    ...[...text.matchAll(STATIC)].map(([, type, name]) => ({ name: name!, isType: type !== undefined })),
    ...[...text.matchAll(DYNAMIC), ...text.matchAll(LOADED)].map(([, name]) => ({ name: name!, isType: false })),
  ];
}

/** A sentence about the values that an error found. */
type Sentence = (values: never) => string;

/** Errors by name: a sentence each, or an HTTP status code and a sentence. */
export type ErrorCatalog = Readonly<Record<string, Sentence | readonly [statusCode: number, sentence: Sentence]>>;

/** The values that a sentence is about. It distributes over entries, as one sentence may take fewer values than another. */
type ValuesOf<Entry> = Entry extends readonly [number, (values: infer Values) => string]
  ? Values
  : Entry extends (values: infer Values) => string
    ? Values
    : never;

/** The values that the error `Name` of a catalog carries. */
export type CatalogErrorValues<Catalog extends ErrorCatalog, Name extends keyof Catalog> = Readonly<
  ValuesOf<Catalog[Name]>
>;

/** An error out of a catalog. The property `Key` holds its name there. */
export type CatalogError<Catalog extends ErrorCatalog, Key extends string, Name extends keyof Catalog> = Error &
  Readonly<Record<Key, Name>> & { readonly values: CatalogErrorValues<Catalog, Name>; readonly statusCode: number };

/** The constructor of a catalog's errors. */
export interface ErrorConstructorOf<Catalog extends ErrorCatalog, Key extends string> {
  readonly prototype: CatalogError<Catalog, Key, keyof Catalog>;
  new <Name extends keyof Catalog>(
    name: Name,
    values: CatalogErrorValues<Catalog, Name>,
    options?: ErrorOptions,
  ): CatalogError<Catalog, Key, Name>;
}

/** Throws the error `name` of a catalog unless `condition` holds. */
export type AssertOf<Catalog extends ErrorCatalog> = <Name extends keyof Catalog>(
  condition: boolean,
  name: Name,
  values: CatalogErrorValues<Catalog, Name>,
) => asserts condition;

/**
 * Makes an error class and an assertion out of a catalog of sentences.
 *
 * TypeScript accepts an assertion only under a written type, and a type only under a name: so export the parts as below.
 *
 * @param name the `name` of the errors, such as `OvenError`
 * @param key the property of an error that holds its name in the catalog
 * @param catalog the errors
 * @param defaultStatusCode the HTTP status code of entries that do not give their own (default: 500)
 *
 * @example
 * ```ts
 * const CATALOG = {
 *   TooHot: (v: { degrees: number }) => `The oven is at ${v.degrees} degrees: let it cool down.`,
 *   Locked: [423, (v: { by: string }) => `The oven is locked by ${v.by}: ask for the key.`],
 * } as const satisfies ErrorCatalog;
 *
 * const ERRORS = defineErrors("OvenError", "reason", CATALOG);
 * const OvenError = ERRORS.ErrorClass;
 * const assertOven: AssertOf<typeof CATALOG> = ERRORS.assert;
 *
 * assertOven(true, "Locked", { by: "Ada" });
 * const error = new OvenError("TooHot", { degrees: 300 });
 * console.log(error.reason, error.statusCode, error.message);
 * // TooHot 500 The oven is at 300 degrees: let it cool down.
 * ```
 */
export function defineErrors<const Catalog extends ErrorCatalog, Key extends string>(
  name: string,
  key: Key,
  catalog: Catalog,
  defaultStatusCode = 500,
): { readonly ErrorClass: ErrorConstructorOf<Catalog, Key>; readonly assert: AssertOf<Catalog> } {
  class Thrown<Name extends keyof Catalog> extends Error {
    override readonly name = name;
    readonly values: CatalogErrorValues<Catalog, Name>;
    readonly statusCode: number;

    constructor(entryName: Name, values: CatalogErrorValues<Catalog, Name>, options?: ErrorOptions) {
      const entry: ErrorCatalog[string] = catalog[entryName]!;
      const [statusCode, sentence] = typeof entry === "function" ? [defaultStatusCode, entry] : entry;
      super((sentence as (values: unknown) => string)(values), options);
      Object.assign(this, { [key]: entryName });
      this.values = values;
      this.statusCode = statusCode;
    }
  }
  Object.defineProperty(Thrown, "name", { value: name });
  const ErrorClass = Thrown as unknown as ErrorConstructorOf<Catalog, Key>;

  return {
    ErrorClass,
    assert(condition, entryName, values) {
      if (!condition) throw new ErrorClass(entryName, values);
    },
  };
}

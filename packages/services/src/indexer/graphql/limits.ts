// This file limits the work of a query, before it is validated and run.

import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";

/** The maximum depth of fields. GraphiQL's introspection needs 15. */
const MAX_DEPTH = 16;
/** The maximum depth of fields, fragments and conditions together. */
const MAX_NESTING = 3 * MAX_DEPTH;
/** The maximum number of fields and fragments in a query; a fragment counts at each use. */
const MAX_FIELDS = 1_000;
/** The maximum number of fields and fragments of an introspection query, since the schema is large. */
const MAX_SCHEMA_FIELDS = 300;
/** The maximum number of queries and fragments in a document. */
const MAX_DEFINITIONS = 100;
/** The maximum number of tokens in a query: longer ones are not parsed. */
export const MAX_TOKENS = 5_000;

/** The fields that start an introspection, and the lists in it that lead from each type to others. */
const SCHEMA_FIELDS = new Set(["__schema", "__type"]);
const SCHEMA_LISTS = new Set(["fields", "inputFields", "interfaces", "possibleTypes"]);

/**
 * Returns an error if a document would take too much work. Call this before validation: validation follows fragments at
 * each use, so that a few hundred bytes of nested fragments can keep it busy indefinitely. This check takes time in
 * proportion to the document.
 */
export function excessOf({ definitions }: DocumentNode): GraphQLError | undefined {
  if (definitions.length > MAX_DEFINITIONS) {
    return new GraphQLError(
      `The document has more than ${MAX_DEFINITIONS} queries and fragments: ask for fewer at a time.`,
    );
  }
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const measure = ruler(fragments);
  try {
    // Validation also visits fragments that are not used.
    for (const fragment of fragments.values()) check(measure(fragment.selectionSet, "data"), fragment);
    for (const definition of definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) check(measure(definition.selectionSet, "data"), definition);
    }
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  return undefined;
}

/** The maximum number of values in a query's variables, and their maximum depth. */
const MAX_VALUES = 20_000;
const MAX_VALUE_DEPTH = 32;

/** Returns an error if variables would take too much work. */
export function excessOfVariables(variables: unknown): GraphQLError | undefined {
  let level: unknown[] = [variables];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length;
    if (values > MAX_VALUES) return new GraphQLError(`The variables have more than ${MAX_VALUES} values: send fewer.`);
    if (depth > MAX_VALUE_DEPTH) {
      return new GraphQLError(`The variables are more than ${MAX_VALUE_DEPTH} values deep: flatten them.`);
    }
    level = level.flatMap((value): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value as object) : [],
    );
  }
  return undefined;
}

/** The subject of a selection: data, the schema, or the elements of a list in the schema. */
type Subject = "data" | "schema" | "schema list";

/** The size of a selection with all fragments expanded. */
interface Size {
  readonly fields: number;
  readonly depth: number;
  readonly nesting: number;
}

/** Creates a function that measures selections, and each fragment only once. */
function ruler(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const known = new Map<string, Size>();
  const open = new Set<string>();

  function ofFragment(name: string, subject: Subject): Size {
    const key = `${subject} ${name}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    // Validation reports the unknown fragment.
    if (fragment === undefined) return { fields: 0, depth: 0, nesting: 0 };
    if (open.has(name)) throw new GraphQLError(`The fragment ${name} is used within itself.`, { nodes: fragment });
    open.add(name);
    const size = measure(fragment.selectionSet, subject);
    open.delete(name);
    known.set(key, size);
    return size;
  }

  return measure;

  function measure({ selections }: SelectionSetNode, subject: Subject): Size {
    let [fields, depth, nesting] = [0, 0, 0];
    for (const selection of selections) {
      let inner: Size = { fields: 0, depth: 0, nesting: 0 };
      if (selection.kind === Kind.FRAGMENT_SPREAD) inner = ofFragment(selection.name.value, subject);
      else if (selection.kind === Kind.INLINE_FRAGMENT) inner = measure(selection.selectionSet, subject);
      else if (selection.selectionSet !== undefined) {
        const name = selection.name.value;
        if (subject === "schema list" && SCHEMA_LISTS.has(name)) {
          const message = `The schema is asked for ${name} of ${name}: ask for one list of each type, as GraphiQL does.`;
          throw new GraphQLError(message, { nodes: selection });
        }
        inner = measure(selection.selectionSet, subjectOf(name, subject));
        if (SCHEMA_FIELDS.has(name) && inner.fields > MAX_SCHEMA_FIELDS) {
          const message = `${name} is asked for more than ${MAX_SCHEMA_FIELDS} fields: ask for fewer at a time.`;
          throw new GraphQLError(message, { nodes: selection });
        }
      }
      fields += 1 + inner.fields;
      depth = Math.max(depth, inner.depth + (selection.kind === Kind.FIELD ? 1 : 0));
      nesting = Math.max(nesting, inner.nesting + 1);
    }
    return { fields, depth, nesting };
  }
}

function subjectOf(field: string, around: Subject): Subject {
  if (SCHEMA_FIELDS.has(field)) return "schema";
  return around !== "data" && SCHEMA_LISTS.has(field) ? "schema list" : around;
}

function check(size: Size, nodes: OperationDefinitionNode | FragmentDefinitionNode): void {
  if (size.depth > MAX_DEPTH) {
    throw new GraphQLError(`The query is more than ${MAX_DEPTH} fields deep: ask for the rest in a second one.`, {
      nodes,
    });
  }
  if (size.nesting > MAX_NESTING) {
    throw new GraphQLError(`The query is more than ${MAX_NESTING} fields and fragments deep: write it flatter.`, {
      nodes,
    });
  }
  if (size.fields > MAX_FIELDS) {
    throw new GraphQLError(`The query has more than ${MAX_FIELDS} fields: ask for fewer at a time.`, { nodes });
  }
}

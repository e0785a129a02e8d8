import { GraphQLError, Kind, type ASTNode, type ASTVisitor, type ValidationContext } from "graphql";

/** How deep fields may lie in each other. Introspection by GraphiQL needs 15. */
const MAX_DEPTH = 16;
/** How many fields a query may have, fragments counted wherever they are used. */
const MAX_FIELDS = 1_000;
/** Longer queries are not even parsed, in tokens. */
export const MAX_TOKENS = 5_000;

/** Refuses queries that lie too deep or have too many fields, before anything is read for them. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const size = { fields: 0, depth: 0 };
      measure(context, operation, 0, size, new Set());
      if (size.depth > MAX_DEPTH) {
        const message = `The query is more than ${MAX_DEPTH} fields deep: ask for the rest in a second one.`;
        context.reportError(new GraphQLError(message, { nodes: operation }));
      }
      if (size.fields > MAX_FIELDS) {
        const message = `The query has more than ${MAX_FIELDS} fields: ask for fewer at a time.`;
        context.reportError(new GraphQLError(message, { nodes: operation }));
      }
    },
  };
}

interface Size {
  fields: number;
  depth: number;
}

function measure(
  context: ValidationContext,
  node: ASTNode,
  depth: number,
  size: Size,
  open: ReadonlySet<string>,
): void {
  if (!("selectionSet" in node) || node.selectionSet === undefined) return;
  for (const selection of node.selectionSet.selections) {
    // Enough is known.
    if (size.fields > MAX_FIELDS || size.depth > MAX_DEPTH) return;
    if (selection.kind === Kind.FIELD) {
      size.fields++;
      size.depth = Math.max(size.depth, depth + 1);
      measure(context, selection, depth + 1, size, open);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      measure(context, selection, depth, size, open);
    } else {
      const name = selection.name.value;
      const fragment = context.getFragment(name);
      // A fragment within itself is refused by another rule.
      if (fragment && !open.has(name)) measure(context, fragment, depth, size, new Set([...open, name]));
    }
  }
}

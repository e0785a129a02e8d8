import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import type { FastifyInstance } from "fastify";
import {
  GraphQLError,
  parse,
  specifiedRules,
  VariablesInAllowedPositionRule,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";

import { excessOf, excessOfVariables, MAX_TOKENS } from "./limits.js";
import type { QueryContext } from "./queryContext.js";
import { buildSchema } from "./schema.js";

/** The path of the GraphQL endpoint. */
export const GRAPHQL_PATH = "/graphql";

const EXAMPLE = `# All that the chain says of deals, tasks, assets and money, as of its newest block.
{
  deals(first: 5, orderBy: timestamp, orderDirection: desc) {
    id
    requester { id }
    app { name }
    tasks { id status contributions { worker { id } status } }
  }
}
`;

/** Serves GraphQL over HTTP, and GraphiQL to browsers. */
export function serveGraphql(server: FastifyInstance, contextOf: () => Promise<QueryContext>): void {
  const { log } = server;
  const yoga = createYoga<object, QueryContext>({
    schema: buildSchema(),
    graphqlEndpoint: GRAPHQL_PATH,
    context: contextOf,
    cors: false,
    landingPage: false,
    renderGraphiQL: (options) => renderGraphiQL({ ...options, title: "PoCo", defaultQuery: EXAMPLE }),
    plugins: [limits],
    logging: {
      debug: () => undefined,
      info: () => undefined,
      warn: (...details: unknown[]) => log.warn({ details }, "graphql"),
      error: (...details: unknown[]) => log.error({ err: details[0] }, "a query failed"),
    },
  });
  server.route({
    url: GRAPHQL_PATH,
    method: ["GET", "POST", "OPTIONS"],
    handler: (request, reply) => yoga.handleNodeRequestAndResponse(request, reply, {}),
  });
}

const limits: Plugin = {
  onParams({ params }) {
    const excess = excessOfVariables(params.variables);
    if (excess !== undefined) throw excess;
  },
  onParse({ setParseFn }) {
    setParseFn((source: string, options: object) => {
      try {
        return parse(source, { ...options, maxLexicalTokens: MAX_TOKENS });
      } catch (error) {
        // The parser recurses for each bracket: thousands of nested brackets exceed its stack.
        if (!(error instanceof RangeError)) throw error;
        throw new GraphQLError("The query has too many brackets within each other: write it flatter.");
      }
    });
  },
  onValidate({ params, setValidationFn, validateFn }) {
    const rules = (params.rules ?? specifiedRules) as readonly ValidationRule[];
    const lenient = rules.map((rule) => (rule === VariablesInAllowedPositionRule ? variablesRule : rule));
    setValidationFn((schema: GraphQLSchema, document: DocumentNode): unknown => {
      const excess = excessOf(document);
      return excess === undefined ? (validateFn(schema, document, lenient) as unknown) : [excess];
    });
  },
};

/** The standard's rule, except that variables declared as one kind of text may be used as another. */
function variablesRule(context: ValidationContext): ASTVisitor {
  const lenient = new Proxy(context, {
    get(target, name) {
      if (name === "reportError") {
        return (error: Error) => {
          if (!isBetweenTexts(error.message)) target.reportError(error as Parameters<typeof target.reportError>[0]);
        };
      }
      const value = Reflect.get(target, name) as unknown;
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return VariablesInAllowedPositionRule(lenient);
}

function isBetweenTexts(message: string): boolean {
  const types = /of type "(\[?)(?:ID|String|Bytes)!?\]?!?" used .* expecting type "(\[?)(?:ID|String|Bytes)!?\]?!?"/;
  const match = types.exec(message);
  return match !== null && match[1] === match[2];
}

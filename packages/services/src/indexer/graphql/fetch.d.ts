// This stands for the types of @whatwg-node/fetch, which would add a browser's types to all files: see tsconfig.json.
export type Fetch = typeof fetch;

// Stands for the types of @whatwg-node/fetch, which bring those of a browser along for all files: see tsconfig.json.
export type Fetch = typeof fetch;

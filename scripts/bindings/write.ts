/** Writes what clients need of the contracts into packages/sdk/src/: ABIs, and what every error means. Whether they are fresh, `npm run check` tells. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { bindings } from "./bindings.js";

const root = path.join(import.meta.dirname, "..", "..");
const files = await bindings(root);

rmSync(path.join(root, "packages/sdk/src/abi"), { recursive: true, force: true });
mkdirSync(path.join(root, "packages/sdk/src/abi"));
for (const [file, text] of files) writeFileSync(path.join(root, file), text);
console.log(`Wrote ${files.size} files.`);

#!/usr/bin/env node
/** Runs the command `poco`, whose sources tsx loads as they are. */
import { register } from "tsx/esm/api";

register();
await import("../src/poco.ts");

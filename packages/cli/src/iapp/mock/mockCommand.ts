import { relative } from "node:path";

import { extractSchema } from "@poco-marketplace/sdk/protect/schema.js";
import { UsageError, type CommandContext, type CommandOutcome } from "../../commandLine.js";
import type { MockValues } from "../../commands/iapp.js";
import { readDataValues } from "../../data/dataValues.js";
import { readProject } from "../project/project.js";
import { writeMock } from "./writeMock.js";

/**
 * Makes a mock of protected data in a project.
 *
 * @throws {@link UsageError}
 */
export async function runMockCommand(
  name: string,
  values: MockValues,
  { isTerminal }: Pick<CommandContext, "isTerminal">,
): Promise<CommandOutcome> {
  if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name))
    throw new UsageError(`A mock cannot be named ${JSON.stringify(name)}: use letters, digits, ".", "_" and "-".`);
  const { folder } = await readProject(values.project ?? ".");
  const data = await readDataValues(values, isTerminal);
  const file = await writeMock(folder, name, data);
  const schema = extractSchema(data);
  const text = `The mock ${name} is in ${relative("", file)}. Try it: poco iapp test --data ${name}`;
  return { code: 0, stdout: values.json === true ? JSON.stringify({ file, schema }, null, 2) : text, stderr: "" };
}

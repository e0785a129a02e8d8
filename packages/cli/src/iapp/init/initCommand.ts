import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { UsageError, type CommandContext, type CommandOutcome } from "../../commandLine.js";
import type { InitValues } from "../../commands/iapp.js";
import { askChoice, askText } from "../../prompt.js";
import { writeMock } from "../mock/writeMock.js";
import { imageNameOf, nameProblem } from "../project/project.js";
import { SHARED_FILES, templateFolder, TEMPLATES, type TemplateName } from "../project/templates.js";
import { EMPTY_FOLDERS, NAMED_FILES, projectFiles, withName } from "./projectFiles.js";
import { mocksOf } from "./templateMocks.js";

const DEFAULTS = { name: "hello-world", template: "python" } as const;

/**
 * Makes the project of a new app, in a folder of its name.
 *
 * @throws {@link UsageError}
 */
export async function runInitCommand(
  given: string | undefined,
  values: InitValues,
  { isTerminal }: Pick<CommandContext, "isTerminal">,
): Promise<CommandOutcome> {
  const name = given ?? (values.yes === true ? DEFAULTS.name : await askName(isTerminal));
  const problem = nameProblem(name);
  if (problem !== undefined) throw new UsageError(`The app cannot be named ${JSON.stringify(name)}: ${problem}.`);
  const folder = resolve(values.in ?? imageNameOf(name));
  await assertEmpty(folder);
  const template = values.template ?? (values.yes === true ? DEFAULTS.template : await askTemplate(isTerminal));

  await writeProject(folder, name, template);
  const shown = relative("", folder) || ".";
  const json = { folder, name, template };
  const text = [
    `The app ${name} is in ${shown}. Next:`,
    "",
    ...(shown === "." ? [] : [`  cd ${shown}`]),
    `  poco iapp test --data default`,
  ].join("\n");
  return { code: 0, stdout: values.json === true ? JSON.stringify(json, null, 2) : text, stderr: "" };
}

async function writeProject(folder: string, name: string, template: TemplateName): Promise<void> {
  await cp(templateFolder(template), folder, { recursive: true, filter: (file) => !file.includes("__pycache__") });
  for (const { from, path } of SHARED_FILES[template] ?? [])
    await cp(join(templateFolder(from), path), join(folder, path));
  for (const file of await readdir(folder)) {
    if (!NAMED_FILES.has(file)) continue;
    await writeFile(join(folder, file), withName(await readFile(join(folder, file), "utf8"), name));
  }
  for (const [file, content] of Object.entries(projectFiles(name, template)))
    await writeFile(join(folder, file), content);
  for (const empty of EMPTY_FOLDERS) await mkdir(join(folder, empty), { recursive: true });
  for (const [mock, data] of Object.entries(mocksOf(template))) await writeMock(folder, mock, data);
}

function askName(isTerminal: boolean): Promise<string> {
  const missing = "The name of the app is missing: poco iapp init NAME, or --yes for hello-world.";
  const question = { message: "How is the app named?", suggestion: DEFAULTS.name, problemOf: nameProblem };
  return askText({ isTerminal, missing }, question);
}

function askTemplate(isTerminal: boolean): Promise<TemplateName> {
  const names = Object.keys(TEMPLATES).join(", ");
  const missing = `The template is missing: give --template with one of ${names}, or --yes for ${DEFAULTS.template}.`;
  return askChoice({ isTerminal, missing }, "What should it begin with?", TEMPLATES);
}

async function assertEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new UsageError(
      `${folder} is no folder that can be used (${error.code}): give another name, or --in FOLDER.`,
      {
        cause: error,
      },
    );
  });
  if (found.length > 0) throw new UsageError(`${folder} is not empty: give another name, or --in FOLDER.`);
}

import { fileURLToPath } from "node:url";

/** The templates of apps, and what each is. */
export const TEMPLATES = {
  python: "Python: greets, and counts words of protected texts",
  javascript: "JavaScript: the same",
  typescript: "TypeScript, which Node runs as it is: the same",
  train: "Python: trains a model on protected tables",
} as const;

export type TemplateName = keyof typeof TEMPLATES;

/** The files of other templates that a template has, too. */
export const SHARED_FILES: Partial<Readonly<Record<TemplateName, readonly { from: TemplateName; path: string }[]>>> = {
  train: [{ from: "python", path: "src/protected_data.py" }],
};

/** Returns the folder with the files of a template. */
export function templateFolder(name: TemplateName): string {
  return fileURLToPath(new URL(`../../../templates/${name}/`, import.meta.url));
}

import { fileURLToPath } from "node:url";

/** The templates of apps, and what each is. */
export const TEMPLATES = {
  python: "Python: greets, and counts words of protected texts",
  javascript: "JavaScript: the same",
  typescript: "TypeScript, which Node runs as it is: the same",
  train: "Python: trains a model on protected tables",
} as const;

export type TemplateName = keyof typeof TEMPLATES;

/** Returns the folder with the files of a template. */
export function templateFolder(name: TemplateName): string {
  return fileURLToPath(new URL(`../../../templates/${name}/`, import.meta.url));
}

import { IAPP_FILE, imageNameOf, POCO_FILE } from "../project/project.js";
import type { TemplateName } from "../project/templates.js";

/** The settings with which editors check an app that Node runs as it is. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    module: "nodenext",
    strict: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  },
  include: ["src"],
};

/** The files of a new project by path that its template does not have. */
export function projectFiles(name: string, template: TemplateName): Readonly<Record<string, string>> {
  const official = {
    defaultChain: "arbitrum-sepolia-testnet",
    projectName: name,
    template: template === "python" || template === "train" ? "Python3.13" : "JavaScript",
  };
  return {
    [POCO_FILE]: json({ name }),
    [IAPP_FILE]: json(official),
    "README.md": readme(name, template),
    ...(template === "typescript" && { "tsconfig.json": json(TSCONFIG) }),
    // The official command line writes keys and access tokens into its file.
    ".gitignore": `${[IAPP_FILE, "node_modules/", "__pycache__/", "input/", "output/", "cache/"].join("\n")}\n`,
    ".dockerignore": `${[IAPP_FILE, POCO_FILE, "node_modules", "**/__pycache__", "input", "output", "mock", "cache"].join("\n")}\n`,
  };
}

/** The folders of a new project that are empty. */
export const EMPTY_FOLDERS = ["input", "output", "cache"] as const;

/** The files of a template that have the placeholder `iapp` for the name of the project's package. */
export const NAMED_FILES: ReadonlySet<string> = new Set(["package.json", "package-lock.json"]);

/** Returns such a file with the name of the project. */
export function withName(content: string, name: string): string {
  return content.replaceAll('"name": "iapp"', `"name": "${imageNameOf(name)}"`);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readme(name: string, template: TemplateName): string {
  const args = template === "train" ? "300" : "Alice Bob";
  return `# ${name}

An app that runs in enclaves: workers who run it see neither its input nor its result.

| File or folder         | Purpose                                                                                  |
| ---------------------- | ---------------------------------------------------------------------------------------- |
| \`src/\`                 | the app                                                                                  |
| \`Dockerfile\`           | how its image is built                                                                   |
| \`mock/protectedData/\`  | data to test it with, as it sees protected data (\`poco iapp mock\` makes more)            |
| \`output/\`              | the result of the last test                                                              |
| \`${POCO_FILE}\`            | the settings of \`poco\`                                                                   |
| \`${IAPP_FILE}\`     | the settings of the official command line, which works with this project, too            |

\`\`\`sh
poco iapp test --args "${args}" --data default     # builds it, and runs it as a worker would
poco iapp deploy                                  # publishes it
poco iapp run 0x… --args "${args}"                 # has a worker run it
\`\`\`
`;
}

import { Argument, Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { SCRIPTS, SHELLS } from "../completion/scripts.js";

/** Prints the completion script of a shell. */
export function defineCompletion({ print }: CommandContext) {
  return new Command("completion")
    .description("Prints a script with which a shell completes the commands and options of poco.")
    .addArgument(new Argument("<SHELL>", "the shell").choices(SHELLS))
    .action((shell) => print(SCRIPTS[shell]))
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          [`echo 'source <(poco completion bash)' >> ~/.bashrc`, "completes in bash from the next terminal on"],
          [`echo 'source <(poco completion zsh)' >> ~/.zshrc`, "the same in zsh, after its compinit"],
          ["poco completion fish > ~/.config/fish/completions/poco.fish", "the same in fish"],
        ],
        exitCodes: "0: printed. 2: there is no script for this shell.",
      }),
    );
}

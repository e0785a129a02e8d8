/** The shells for which there is a script, by the name of their program. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * The scripts that let a shell complete the words after `poco`. Each asks `poco complete`, which prints a word per line,
 * and offers files where it prints none.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_poco() {
  local IFS=$'\\n'
  COMPREPLY=($(poco complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _poco poco`,
  zsh: `#compdef poco
_poco() {
  local -a candidates
  candidates=("\${(@f)$(poco complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=("\${(@)candidates:#}")
  if (( \${#candidates} )); then compadd -a candidates; else _files; fi
}
compdef _poco poco`,
  fish: `function __poco_candidates
  set -l found (poco complete (commandline -opc)[2..] (commandline -ct | string collect --allow-empty) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c poco -f -a '(__poco_candidates)'`,
};

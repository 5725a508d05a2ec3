/** The hidden command that the shells ask: `e2etop complete SHELL LINE [WORD]`. */
export const completeCommand = 'complete'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/**
 * What a shell runs to complete e2etop. All of it is decided by e2etop itself, so that no script grows old: it answers
 * with a line that says what kind of candidates they are, then one a line, its help after a tab.
 */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# e2etop completion bash > /etc/bash_completion.d/e2etop
_e2etop() {
  local IFS=$'\\n' reply
  reply=($(e2etop complete bash "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null))
  COMPREPLY=()
  case \${reply[0]} in
    file) compopt -o default ;;
    directory) compopt -o dirnames ;;
    open) compopt -o nospace ;;
  esac
  COMPREPLY=("\${reply[@]:1}")
  # A single candidate would close the quote of a filter that goes on.
  if [[ \${reply[0]} == open && \${#COMPREPLY[@]} == 1 && \${COMP_WORDS[COMP_CWORD]} == [\\'\\"]* ]]; then
    COMPREPLY+=("\${COMPREPLY[0]} ")
  fi
}
complete -F _e2etop e2etop
`,
  zsh: `#compdef e2etop
# e2etop completion zsh > "\${fpath[1]}/_e2etop"
_e2etop() {
  local -a reply texts shown
  local line
  # Not LBUFFER: zsh takes an open quote out of it.
  line="\${(j: :)words[1,CURRENT-1]} $compstate[quote]$IPREFIX$PREFIX"
  reply=("\${(@f)$(e2etop complete zsh "$line" 2>/dev/null)}")
  case $reply[1] in
    file) _files; return ;;
    directory) _files -/; return ;;
  esac
  for line in "\${(@)reply[2,-1]}"; do
    [[ -n $line ]] || continue
    texts+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done
  if [[ $reply[1] == open ]]; then
    compadd -S '' -l -d shown -a texts
  else
    compadd -l -d shown -a texts
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _e2etop "$@"; else compdef _e2etop e2etop; fi
`,
  fish: `# e2etop completion fish > ~/.config/fish/completions/e2etop.fish
function __e2etop_complete
    set -l reply (e2etop complete fish (commandline -cp | string collect) 2>/dev/null)
    switch $reply[1]
        case file
            __fish_complete_path (commandline -ct)
        case directory
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $reply[2..-1]
    end
end
complete -c e2etop -f -a '(__e2etop_complete)'
`,
}

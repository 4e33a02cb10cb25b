export const bash = {
  use: `Put this into ~/.bashrc (bash 4.4 or newer):
  source <(tracker completion bash)
or, for everybody on this machine, as root:
  tracker completion bash > /etc/bash_completion.d/tracker`,

  /** bash splits at @, : and = too, and replaces only what follows the last of them, an @ included. */
  script: `# bash completion for tracker
_tracker() {
  local line=\${COMP_LINE:0:COMP_POINT} words=() i typed kept
  for ((i = 0; i < COMP_CWORD; i++)); do
    if ((i == 0)) || [[ $line == [[:space:]]* ]]; then
      words+=("\${COMP_WORDS[i]}")
    else
      words[-1]+=\${COMP_WORDS[i]}
    fi
    line=\${line#*"\${COMP_WORDS[i]}"}
  done
  if [[ $line == [[:space:]]* ]]; then
    typed=\${line#"\${line%%[![:space:]]*}"}
  else
    typed=\${words[-1]}$line
    unset 'words[-1]'
  fi
  if [[ $typed == [\\'\\"]* ]]; then
    typed=\${typed:1} kept=
  else
    kept=\${typed%"\${typed##*["$COMP_WORDBREAKS"]}"}
    kept=\${kept%@}
  fi
  mapfile -t COMPREPLY < <(tracker complete -- "\${words[@]:1}" "$typed" 2>/dev/null)
  if [[ \${COMPREPLY[0]-} == :files ]]; then
    COMPREPLY=()
    compopt -o default
    return
  fi
  COMPREPLY=("\${COMPREPLY[@]%%$'\\t'*}")
  COMPREPLY=("\${COMPREPLY[@]#"$kept"}")
  [[ \${COMPREPLY[0]-} != *@ ]] || compopt -o nospace
}
complete -o nosort -F _tracker tracker
`,
}

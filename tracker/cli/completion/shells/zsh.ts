export const zsh = {
  use: `Put this into ~/.zshrc, after compinit:
  source <(tracker completion zsh)
or, for everybody on this machine, as root:
  tracker completion zsh > /usr/local/share/zsh/site-functions/_tracker`,

  script: `#compdef tracker
_tracker() {
  local -a plain open
  local line value
  for line in "\${(@f)$(tracker complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    case $value in
      '') ;;
      :files) _files; return ;;
      *@) open+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
      *) plain+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (($#plain)) && _describe -V tracker plain
  (($#open)) && _describe -V tracker open -S ''
}
if [[ $funcstack[1] == _tracker ]]; then _tracker "$@"; else compdef _tracker tracker; fi
`,
}

export const fish = {
  use: `Run this once:
  tracker completion fish > ~/.config/fish/completions/tracker.fish`,

  script: `# fish completion for tracker
function __tracker_complete
    set -l words (commandline -opc)
    set -l answer (tracker complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
    if test "$answer" = :files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $answer
    end
end
complete -c tracker -f -k -a '(__tracker_complete)'
`,
}

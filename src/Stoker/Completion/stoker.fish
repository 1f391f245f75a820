# Completes the command lines of stoker in fish: stoker completion fish > ~/.config/fish/completions/stoker.fish
function __stoker_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l prefix ''

    # --flag=value: what is before the sign stays as it is, and stoker reads the flag and its value with a space as well.
    if string match -q -- '-*=*' $word
        set prefix (string replace -r '=.*' '=' -- $word)
        set -a before (string replace -r '=.*' '' -- $word)
        set word (string replace -r '^[^=]*=' '' -- $word)
    end
    set -l line (string join ' ' -- $before $word)
    set -l found (eval (string escape -- $before[1]) (string escape -- "[suggest:"(string length -- $line)"]" $line) 2>/dev/null)

    # A flag is offered once its dash is typed; until then it would hide the files.
    if not string match -q -- '-*' $word
        set found (printf '%s\n' $found | string match -v -- '-*')
    end
    set found (printf '%s\n' $found | string match -re -- '^'(string escape --style=regex -- $word))
    if test (count $found) -gt 0
        printf '%s\n' $prefix$found
    else if not string match -q -- '-*' $word
        printf "%s\n" $prefix(__fish_complete_path $word)
    end
end
complete -c stoker -f -a '(__stoker_complete)'

#compdef stoker
# Completes the command lines of stoker in zsh: source <(stoker completion zsh), after compinit.
_stoker() {
  local word=${words[CURRENT]} prefix='' line
  local -a before found

  # --flag=value: what is before the sign stays as it is, and stoker reads the flag and its value with a space as well.
  before=("${(@)words[1,CURRENT-1]}")
  if [[ $word == -*=* ]]; then
    prefix="${word%%=*}="
    before+=("${word%%=*}")
    word=${word#*=}
  fi
  line="${(j: :)before} $word"

  found=("${(@f)$(${(Q)words[1]/#\~/$HOME} "[suggest:${#line}]" "$line" 2> /dev/null)}")
  # A flag is offered once its dash is typed; until then it would hide the files.
  [[ $word == -* ]] || found=("${(@)found:#-*}")
  found=("${(@M)found:#${(b)word}?*}")
  if (( ${#found} )); then
    compadd -P "$prefix" -- "${(@)found}"
  elif [[ $word != -* ]]; then
    [[ -n $prefix ]] && compset -P '*='
    _files
  fi
}
compdef _stoker stoker

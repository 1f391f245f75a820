# Completes the command lines of stoker in bash: source <(stoker completion bash)
_stoker_complete() {
  local word=${COMP_WORDS[COMP_CWORD]} line='' found i
  COMPREPLY=()

  # Bash cuts --flag=value into three words; stoker reads the flag and its value with a space as well.
  for ((i = 0; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == '=' ]] || line+="${COMP_WORDS[i]} "
  done
  [[ $word == '=' ]] && word=''
  line+=$word

  found=$("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:${#line}]" "$line" 2> /dev/null)
  if [[ $word != -* ]]; then
    # A flag is offered once its dash is typed; until then it would hide the files.
    found=$(grep -v '^-' <<< "$found")
  fi
  mapfile -t COMPREPLY < <(compgen -W "$found" -- "$word")
}

# Where stoker has no word to offer, bash offers files.
complete -o default -F _stoker_complete stoker

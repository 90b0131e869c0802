# Completion of msgen's arguments for bash: source <(msgen completion bash)

_msgen() {
	local IFS=$'\n'
	COMPREPLY=($("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}

# Without a candidate, bash completes file names.
complete -o bashdefault -o default -F _msgen msgen

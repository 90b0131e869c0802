#compdef msgen
# Completion of msgen's arguments for zsh: source <(msgen completion zsh)

_msgen() {
	local -a lines candidates
	local line
	lines=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	for line in $lines; do
		# _describe takes candidate:meaning
		candidates+=("${${line%%$'\t'*}//:/\\:}:${${line#*$'\t'}#${line%%$'\t'*}}")
	done
	if (( $#candidates )); then
		_describe msgen candidates
	else
		_files
	fi
}

# The file may be sourced, or stand as _msgen in a folder of $fpath.
if [[ ${funcstack[1]} == _msgen ]]; then
	_msgen "$@"
else
	compdef _msgen msgen
fi

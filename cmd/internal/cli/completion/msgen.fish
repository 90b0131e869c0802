# Completion of msgen's arguments for fish: msgen completion fish | source

function __msgen_candidates
	set -l words (commandline -opc) (commandline -ct)
	$words[1] complete -- $words[2..-1] 2>/dev/null
end

# Without a candidate, fish completes file names.
complete -c msgen -f -n 'count (__msgen_candidates) >/dev/null' -a '(__msgen_candidates)'

#!/bin/sh
# Builds the program: with PC/SC where the system has what that takes, without
# it elsewhere, saying so.
#
#   build.sh [OUTPUT]
set -eu
cd "$(dirname "$0")/.."

out=${1:-bin/simscope}

# vcs says whether git can be asked for the commit; a clone that belongs to
# another user cannot, and would fail the build.
vcs=auto
git rev-parse HEAD >/dev/null 2>&1 && git status --porcelain >/dev/null 2>&1 || vcs=false

# pcsc says what is missing to build with PC/SC; nothing when all is there.
pcsc() {
	if [ "${CGO_ENABLED:-1}" = 0 ]; then
		echo "CGO_ENABLED=0"
		return
	fi
	# Only on Linux and the BSDs is it a library to build against.
	case $(go env GOOS) in
	windows | darwin) return ;;
	esac
	if [ "$(go env CGO_ENABLED)" = 0 ]; then
		echo "Go finds no C compiler"
	elif ! command -v "${CC:-gcc}" >/dev/null 2>&1; then
		echo "no C compiler"
	elif ! pkg-config --exists libpcsclite 2>/dev/null; then
		echo "no libpcsclite for pkg-config"
	fi
}

why=$(pcsc)
if [ -n "$why" ]; then
	echo "Building without PC/SC ($why): virtual cards and recordings work, readers do not." >&2
	CGO_ENABLED=0
	export CGO_ENABLED
fi
go build -trimpath -buildvcs=$vcs -o "$out" .
echo "built $out" >&2

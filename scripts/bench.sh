#!/bin/sh
# Runs the benchmarks of the packages that have some, and no tests.
#
#   bench.sh [TIME FOR EACH]
set -eu
cd "$(dirname "$0")/.."

folders=$(grep -rl --include='*_test.go' '^func Benchmark' . | xargs -r -n 1 dirname | sort -u)
if [ -z "$folders" ]; then
	echo "no package has benchmarks" >&2
	exit 1
fi
# One after the other: two at a time would disturb each other's times.
# shellcheck disable=SC2086 # the folders are words
go test -p 1 -run '^$' -bench . -benchtime "${1:-100ms}" -benchmem $folders

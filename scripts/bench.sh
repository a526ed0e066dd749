#!/bin/sh
# Runs the benchmarks, one group after the other, each under what it promises.
# None fails because a machine is slow: the numbers are to be read. Ratios and
# pairs are measured side by side in the same run.
#
#   bench.sh [TIME FOR EACH]
#
# On a machine at rest it takes about two minutes.
set -eu
cd "$(dirname "$0")/.."

time=${1:-100ms}
# The commit is nothing to a benchmark that builds the program.
GOFLAGS="-buildvcs=false ${GOFLAGS:-}"
export GOFLAGS

failed=
# bench PROMISE FOLDER BENCHMARKS: never two at a time, they would disturb each
# other.
bench() {
	echo
	echo "== $1"
	out=$(go test -p 1 -run '^$' -bench "^Benchmark($3)\$" -benchtime "$time" -timeout 5m "$2" 2>&1) || {
		failed="$failed $2"
		echo "$out"
		return 0
	}
	echo "$out" | grep '^Benchmark' || echo "(nothing to measure on this system)"
}

echo "A metric's budget stands in its name or in the heading. Other columns are for reading it by."

bench "Reading a whole card: at most 1.05 x the floor of commands (column ratio); follow-ups and identification apart" \
	./fs 'WholeCard'
bench "The same through pcscd and a virtual reader: its time" \
	./internal/bench 'WholeCardByReader'
bench "Session and log over the bare PC/SC binding, the same APDUs in the same transactions: at most 1.15 x, median of 40 pairs or more" \
	./internal/bench 'SessionOverhead'
bench "First frame on a terminal that answers no query: 150 ms" \
	./internal/bench 'FirstFrame'
bench "simscope --version: at most 2 x a program that says hello, and no escape sequence" \
	./internal/bench 'Version'
bench "One new row of the log at 120x40: at most 300 bytes to the terminal; at rest 0 (wide-name: a card whose operator has a name of wide characters)" \
	./internal/bench 'LogRow'
bench "Update and View with 1,000,000 rows in the log: 5 ms at the 99th percentile" \
	./internal/bench 'UpdateView'
bench "The log: 200 bytes a row beyond its data; a filter over 1,000,000 rows in 250 ms; drawing independent of the number of rows" \
	./card/trace 'LogMemory|LogAppend|Filter|Draw'
bench "Milenage, the whole vector from K and OPc, beside github.com/wmnsk/milenage turn by turn: not slower (column ratio at most 1)" \
	./crypto/milenage 'BesideWmnsk|Milenage'
bench "Without a budget: one command through pcscd, with and without the worker that can give it up, and by the bare binding" \
	./card/pcsc 'Transmit'

echo
echo "== Without a budget: the others"
others=$(grep -rlE --include='*_test.go' '^func Benchmark' . | xargs -r -n 1 dirname | sort -u |
	grep -vE '^\./(fs|internal/bench|card/trace|card/pcsc|crypto/milenage)$') || true
# shellcheck disable=SC2086 # the folders are words
if [ -n "$others" ]; then
	out=$(go test -p 1 -run '^$' -bench . -benchtime "$time" -benchmem $others 2>&1) || failed="$failed others"
	echo "$out" | grep -E '^(Benchmark|FAIL|---)|_test.go' || true
fi

if [ -n "$failed" ]; then
	echo "FAILED:$failed" >&2
	exit 1
fi

#!/bin/sh
# Runs every test: format and vet, the other ways to build, all packages with
# the race detector, and alone, undisturbed by others, the end-to-end tests.
set -eu
cd "$(dirname "$0")/.."

# A test builds the program too; the commit is nothing to it.
GOFLAGS="-buildvcs=false ${GOFLAGS:-}"
export GOFLAGS
# The race detector and PC/SC both need cgo.
export CGO_ENABLED=1
export LC_ALL=C.UTF-8
unset NO_COLOR CLICOLOR_FORCE 2>/dev/null || true

step() { echo "== $*"; }

step gofmt
unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
	echo "gofmt would change:" >&2
	echo "$unformatted" >&2
	exit 1
fi

step go vet
go vet ./...

step "build without cgo, and for Windows"
CGO_ENABLED=0 go build -o /dev/null .
GOOS=windows CGO_ENABLED=0 go build -o /dev/null .

# Algorithms and decoders are pure functions: the race detector finds nothing in
# them and makes them ten times as slow; that decoders may be called at once is
# tested in fs. The end-to-end tests run a program built
# without it, and measure times.
all=$(go list ./...)
pure='/crypto/|/fs/ef$|/internal/arch$'
staged='/internal/e2e($|/)'
raced=$(echo "$all" | grep -Ev "$pure|$staged") || true
plain=$(echo "$all" | grep -E "$pure") || true
e2e=$(echo "$all" | grep -E "$staged") || true

# Many tests of cards and screens wait more than they compute: more packages at
# once than there are cores.
# Every stage runs, so that one failure does not hide another.
failed=
# shellcheck disable=SC2086 # the packages are words
{
	step "tests with the race detector"
	[ -z "$raced" ] || go test -race -p 4 -timeout 6m $raced || failed="$failed race"
	step "tests of pure functions"
	[ -z "$plain" ] || go test -timeout 3m $plain || failed="$failed pure"
	step "end-to-end tests"
	[ -z "$e2e" ] || go test -count=1 -p 1 -timeout 5m $e2e || failed="$failed e2e"
}
if [ -n "$failed" ]; then
	echo "FAILED:$failed" >&2
	exit 1
fi
echo "all tests passed"

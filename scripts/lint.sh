#!/bin/sh
# go vet, staticcheck and gofumpt; the last two in the versions of go.mod.
set -eu
cd "$(dirname "$0")/.."

failed=
go vet ./... || failed="$failed vet"
go tool staticcheck ./... || failed="$failed staticcheck"
changed=$(go tool gofumpt -l .)
if [ -n "$changed" ]; then
	echo "gofumpt would change:" >&2
	echo "$changed" >&2
	failed="$failed gofumpt"
fi
if [ -n "$failed" ]; then
	echo "FAILED:$failed" >&2
	exit 1
fi

#!/bin/sh
# Checks that Go is there and as new as go.mod asks for.
set -eu
cd "$(dirname "$0")/.."

need=$(sed -n 's/^go \([0-9.]*\)$/\1/p' go.mod)

# older A B: is version A before version B?
older() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		split(a, x, "."); split(b, y, ".")
		for (i = 1; i <= 3; i++) {
			if (x[i] + 0 != y[i] + 0) exit !(x[i] + 0 < y[i] + 0)
		}
		exit 1
	}'
}

where() {
	echo "Get it from https://go.dev/dl/ (for instance unpacked to /usr/local/go, which is found without more)." >&2
	echo "Packages: Fedora 'golang', Arch 'go', macOS 'brew install go'; Debian's 'golang' is often too old." >&2
}

if ! command -v go >/dev/null 2>&1; then
	echo "Go is missing: simscope is built with Go $need or newer." >&2
	where
	exit 1
fi

# A Go since 1.21 may fetch the version that go.mod asks for by itself; then
# this is the fetched one, or the complaint of one that could not.
said=$(go version 2>&1) || true
have=$(printf '%s\n' "$said" | sed -n 's/^go version [^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1)
if [ -z "$have" ]; then
	echo "Go does not start: simscope is built with Go $need or newer. It said:" >&2
	printf '%s\n' "$said" >&2
	where
	exit 1
fi
if older "$have" "$need"; then
	echo "Go $have is older than the $need that go.mod asks for." >&2
	where
	exit 1
fi

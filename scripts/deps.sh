#!/bin/sh
# Names the packages that a task needs and that are missing, and installs them
# where the system is Debian or Ubuntu.
#
#   deps.sh run          to build with PC/SC and to use a reader
#   deps.sh test         besides: the virtual reader and tmux
#   deps.sh screenshots  besides: what makes the pictures
#   deps.sh make         make alone, for .ci/run
#
# Only for run is a missing package no failure: simscope then builds without
# PC/SC, for the virtual cards and recordings.
set -eu

task=${1:-}
run="libpcsclite-dev pkg-config gcc libc6-dev pcscd"
case $task in
run) packages=$run ;;
test) packages="$run vsmartcard-vpcd tmux util-linux mount iproute2" ;;
screenshots) packages="$run librsvg2-bin fonts-jetbrains-mono fonts-noto-cjk" ;;
make) packages=make ;;
*)
	echo "deps.sh: say run, test, screenshots or make" >&2
	exit 2
	;;
esac

say() { echo "$@" >&2; }

# fail says that the packages could not be had. It ends the task unless it is
# one that can do without.
fail() {
	say "$1"
	if [ "$task" = run ]; then
		say "Going on without them."
		exit 0
	fi
	exit 1
}

missing_packages() {
	for p in $packages; do
		state=$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null) || state=
		[ "$state" = installed ] || printf '%s ' "$p"
	done
}

# as_root runs a command as root, by sudo where we are not.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif [ -n "${CI:-}" ]; then
		sudo -n "$@"
	else
		sudo "$@"
	fi
}

# apt asks no questions, and waits for another apt that is at work.
apt() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@"
}

debian() {
	missing=$(missing_packages)
	missing=${missing% }
	[ -n "$missing" ] || return 0
	say "simscope ($task) needs these packages, which are not installed: $missing"
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
		fail "There is no sudo. As root: apt-get install $missing"
	fi
	say "Installing them with apt-get."
	if ! apt update; then
		say "apt-get update failed; trying once more."
		sleep "${DEPS_PAUSE:-3}"
		apt update || say "apt-get update failed again; trying to install from the lists that are there."
	fi
	# shellcheck disable=SC2086 # the names are words
	apt install -y --no-install-recommends $missing ||
		fail "apt-get could not install: $missing (its reasons are above)"
}

# elsewhere looks for the tools themselves, since the packages have other names.
elsewhere() {
	case $task in
	run) tools="gcc pkg-config" ;;
	test) tools="gcc pkg-config pcscd tmux unshare" ;;
	screenshots) tools="rsvg-convert" ;;
	make) tools=make ;;
	esac
	if [ "$1" = macOS ] && [ "$task" = run ]; then
		tools=cc # the system has PC/SC of its own
	fi
	lost=
	for t in $tools; do
		PATH="$PATH:/usr/sbin:/sbin" command -v "$t" >/dev/null 2>&1 || lost="$lost $t"
	done
	if [ "$1" != macOS ] && [ "$task" != make ] && [ "$task" != screenshots ]; then
		pkg-config --exists libpcsclite 2>/dev/null || lost="$lost libpcsclite"
	fi
	[ -n "$lost" ] || return 0
	say "simscope ($task) does not find:$lost"
	say "Install, on $1: $2"
	fail "Nothing was installed: this is done only with apt-get, on Debian and Ubuntu."
}

pictures="rsvg-convert, and the fonts JetBrains Mono and Noto Sans Mono CJK"
vpcd="vpcd from https://frankmorgner.github.io/vsmartcard/"
hint() { # hint RUN TEST SCREENSHOTS
	case $task in
	run) echo "$1" ;;
	test) echo "$1 $2; $vpcd" ;;
	screenshots) echo "$3" ;;
	make) echo make ;;
	esac
}

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
	debian
elif command -v dnf >/dev/null 2>&1; then
	elsewhere Fedora "$(hint 'dnf install gcc pkgconf-pkg-config pcsc-lite pcsc-lite-ccid pcsc-lite-devel' \
		'tmux util-linux' 'dnf install librsvg2-tools jetbrains-mono-fonts google-noto-sans-mono-cjk-vf-fonts')"
elif command -v pacman >/dev/null 2>&1; then
	elsewhere Arch "$(hint 'pacman -S gcc pkgconf pcsclite ccid' 'tmux util-linux' \
		'pacman -S librsvg ttf-jetbrains-mono noto-fonts-cjk')"
elif [ "$(uname -s)" = Darwin ]; then
	if [ "$task" = test ]; then
		say "The end-to-end tests need Linux: they run pcscd and vpcd in namespaces of their own."
	fi
	elsewhere macOS "$(hint 'xcode-select --install' 'brew install tmux pcsc-lite' \
		'brew install librsvg font-jetbrains-mono font-noto-sans-mono-cjk-sc')"
else
	elsewhere "this system" "$(hint 'gcc, pkg-config, pcsc-lite with its headers, its CCID driver' \
		', tmux, util-linux' "$pictures")"
fi

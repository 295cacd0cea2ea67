#!/usr/bin/env bash
# Installs what is missing: `tools.sh` for everything, `tools.sh build` for what `make run` and `make build` need.
set -euo pipefail
cd "$(dirname "$0")/.."

CARGO_LEPTOS=0.3.11
WASM_BINDGEN=0.2.129 # the version of the wasm-bindgen crate in Cargo.lock
CARGO_DENY=0.20.2

scope=${1:-all}
case $scope in all | build) ;; *) echo "usage: tools.sh [build]" >&2; exit 2 ;; esac

export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

say() { printf 'tools: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null; }

# --- Debian packages -------------------------------------------------------------------------------------------------
packages=()
has cc || packages+=(build-essential)
has wasm-opt || packages+=(binaryen)
if [ "$scope" = all ]; then
    [ -x /usr/bin/chromium ] || packages+=(chromium)
    dpkg -s fonts-noto-cjk >/dev/null 2>&1 || packages+=(fonts-noto-cjk)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
fi
if [ ${#packages[@]} -gt 0 ]; then
    has apt-get || die "please install: ${packages[*]}"
    root=()
    if [ "$(id -u)" != 0 ]; then
        has sudo || die "neither root nor sudo; please install: ${packages[*]}"
        root=(sudo)
    fi
    say "installing Debian packages: ${packages[*]}"
    apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
    "${apt[@]}" update
    "${apt[@]}" install -y --no-install-recommends "${packages[@]}"
fi

# --- Rust ------------------------------------------------------------------------------------------------------------
has rustup || has cargo || die "rustup is needed first: https://rustup.rs"
if ! rustc --version >/dev/null 2>&1; then
    say "installing the stable Rust toolchain"
    rustup toolchain install stable --profile minimal
fi
if [ ! -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
    say "adding the WebAssembly target"
    rustup target add wasm32-unknown-unknown
fi
if [ "$scope" = all ] && ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
    say "adding rustfmt and clippy"
    rustup component add rustfmt clippy
fi

# The tools compile far from the project's target folder, and with little optimisation: that halves the wait.
# What an interrupted install has built is kept for the next try.
scratch=${XDG_CACHE_HOME:-$HOME/.cache}/hometown-tools
install() { # crate version about-how-long [options of cargo install]
    say "installing $1 $2, once per machine: $3"
    CARGO_TARGET_DIR=$scratch \
        CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 \
        cargo install "$1" --version "$2" --locked "${@:4}"
}
version() { "$@" --version 2>/dev/null | awk '{ print $2; exit }'; }

[ "$(version wasm-bindgen)" = $WASM_BINDGEN ] || install wasm-bindgen-cli $WASM_BINDGEN "about two minutes"
# One of its dependencies asks for a newer Rust than it needs. Without downloads it takes every helper from PATH.
[ "$(version cargo-leptos)" = $CARGO_LEPTOS ] ||
    install cargo-leptos $CARGO_LEPTOS "about ten minutes" --ignore-rust-version --features no_downloads
if [ "$scope" = all ]; then
    [ "$(version cargo-deny)" = $CARGO_DENY ] || install cargo-deny $CARGO_DENY "about three minutes"
fi
rm -rf "$scratch"

# --- Browser tests ---------------------------------------------------------------------------------------------------
if [ "$scope" = all ]; then
    has node && has npm || die "Node.js 20 or newer with npm is needed for the browser tests"
    if [ ! end2end/node_modules/.package-lock.json -nt end2end/package-lock.json ]; then
        say "installing Playwright"
        (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund)
    fi
fi
say "everything is here"

# Two commands are enough on a fresh Debian machine with rustup and node: `make run` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run dev build test check fmt clippy deny types audit unit bench site end2end tools tools-build store

CARGO_HOME ?= $(HOME)/.cargo
export PATH := $(CARGO_HOME)/bin:$(PATH)

# cargo on PATH may belong to another home than $HOME: its toolchains stand beside it.
ifeq ($(RUSTUP_HOME)$(wildcard $(HOME)/.rustup/toolchains),)
  RUSTUP_BESIDE := $(wildcard $(abspath $(dir $(realpath $(shell command -v cargo)))/../../.rustup))
  ifneq ($(RUSTUP_BESIDE),)
    export RUSTUP_HOME := $(RUSTUP_BESIDE)
  endif
endif

TARGET := $(or $(CARGO_TARGET_DIR),target)

# Settings of `run` and `dev`; what the caller has set wins.
run dev: export HOMETOWN_DATABASE_URL ?= sqlite://hometown-data/hometown.db
run dev: export HOMETOWN_FILES ?= hometown-data/files
run dev: export HOMETOWN_ADDRESS ?= 127.0.0.1:3000
run dev: export LEPTOS_SITE_ROOT = target/site
# A disk that is rather full is good enough for trying.
run dev: export HOMETOWN_FILES_DISK_PERCENT ?= 100
HOMETOWN_DEMO_PASSWORD ?= Jiaxiang-2026
SEED = seed --demo --password '$(HOMETOWN_DEMO_PASSWORD)' --if-empty

# $(call part,heading,command): the heading, the command, the time it took.
part = @printf '\n== %s\n' '$(1)'; SECONDS=0; $(2); printf '== %s: %d s\n' '$(1)' $$SECONDS

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: tools-build store ## build and serve with demo data on http://127.0.0.1:3000
	$(call part,release build,cargo leptos build --release --split -P)
	@$(TARGET)/release/hometown $(SEED)
	@exec $(TARGET)/release/hometown serve

dev: tools-build store ## the same from a debug build that follows every change
	@cargo run --features ssr -- $(SEED)
	@exec cargo leptos watch --split -- serve

build: tools-build ## leave a folder dist/ that runs alone on another machine
	$(call part,release build,cargo leptos build --release --split -P)
	@rm -rf dist && mkdir dist
	@cp $(TARGET)/release/hometown $(TARGET)/release/hash.txt Leptos.toml dist/
	@cp -R target/site dist/site
	@du -sh dist

test: tools check unit site ## every test: format, lints, licences, both stores, browser
	$(call part,Playwright,(cd end2end && npx playwright test $(ARGS)))

check: fmt clippy deny types ## rustfmt, clippy for both targets, cargo deny, types of the browser tests

fmt:
	$(call part,rustfmt,cargo fmt --check)

clippy:
	$(call part,clippy (server),cargo clippy --all-targets --features ssr -- -D warnings)
	$(call part,clippy (browser),cargo clippy --lib --target wasm32-unknown-unknown --features hydrate -- -D warnings)

# Advisories need the network and run by `make audit`.
deny:
	$(call part,cargo deny,cargo deny check --hide-inclusion-graph licenses bans sources)

types:
	$(call part,TypeScript,(cd end2end && npx tsc -p .))

audit: ## known vulnerabilities of the dependencies (needs the network)
	$(call part,cargo deny advisories,cargo deny check advisories)

unit:
	$(call part,cargo test on SQLite and Postgres,scripts/with-postgres.sh cargo test --features ssr)

# The cluster keeps its promises here: saves are measured with fsync.
bench: tools store ## fill a province and measure, on both stores (half an hour)
	$(call part,release build,cargo leptos build --release --split -P)
	$(call part,benchmark,DURABLE=1 scripts/with-postgres.sh cargo run --release --features ssr --example bench -- $(ARGS))

site:
	$(call part,debug build,cargo leptos build --split)

end2end: tools site ## only the browser tests; ARGS='--project phone portal' chooses some
	$(call part,Playwright,(cd end2end && npx playwright test $(ARGS)))

tools: ## install what is missing
	@scripts/tools.sh

tools-build:
	@scripts/tools.sh build

store:
	@mkdir -p hometown-data/files

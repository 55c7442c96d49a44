# Thao Trường: make run, make test. `make` alone lists what there is.
#
# The work is done by cargo, npm, the program and the scripts in deploy/ and tests/, each of which does nothing where
# nothing changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Build output and tools live outside the checkout, so that clones share what they have in common.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/thaotruong
export CARGO_TARGET_DIR ?= $(CACHE)/target
TOOLS := $(CACHE)/tools
export PATH := $(TOOLS)/bin:$(HOME)/.cargo/bin:$(PATH):/usr/local/sbin:/usr/sbin:/sbin

# `make run PROFILE=release` for a server that is to serve many; dev builds much faster and serves a room.
PROFILE ?= dev
PROGRAM := $(CARGO_TARGET_DIR)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/thaotruong

DATA ?= data

WEB_SOURCES := $(shell find web/src web/icons web/styles web/public -type f 2>/dev/null) \
	$(wildcard web/*.ts web/*.json web/*.svg web/*.html)

.PHONY: help run stop test test-all bench chaos fuzz images web build check check-web audit setup program-path clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: setup images ## set up, build and serve the demo on http://localhost:8080
	@mkdir -p $(DATA)
	$(PROGRAM) serve --demo

stop: ## stop the Docker Engine that `make run` started, where there was none
	@deploy/engine stop

test: ## everything that must hold, on Docker and on Kubernetes; scenarios that the change touches
	@tests/run

test-all: ## the same with every scenario, on both engines
	@tests/run --all

bench: ## how fast, as a ratio to what the engine itself takes in the same run
	@deploy/setup bench
	@$(MAKE) images PROFILE=release
	cargo bench --locked --package thaotruong-tests --bench bench -- $(PARTS)

ENVIRONMENTS ?= 100
MINUTES ?= 10

chaos: images ## environments under random death: ENVIRONMENTS=100 MINUTES=10, and SEED to repeat one
	TT_PROGRAM=$(PROGRAM) node tests/chaos/chaos.mjs --environments $(ENVIRONMENTS) --minutes $(MINUTES) \
		$(if $(SEED),--seed $(SEED))

FUZZ_SEED ?= $(shell date +%s)000000

fuzz: ## what reads files, with files gone wrong: MINUTES=10, and FUZZ_SEED to repeat
	@echo FUZZ_SEED=$(FUZZ_SEED)
	FUZZ_MINUTES=$(MINUTES) FUZZ_SEED=$(FUZZ_SEED) cargo test --locked --release --package thaotruong-tests --test fuzz -- --ignored --nocapture

setup: ## look for what is needed and install what is missing
	@deploy/setup run

images: build ## the machines that scenarios use
	@deploy/engine start
	@deploy/base-image
	@$(PROGRAM) image build

web: web/node_modules/.built ## the front end
	@:

build: web ## the program
	cargo build --locked --profile $(PROFILE) --package thaotruong

check: check-web $(TOOLS)/bin/cargo-deny ## format, lints, licences, front end
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo deny --workspace --log-level error check licenses bans sources

check-web: web
	cd web && npm run --silent check
	cd web && npm run --silent lint

audit: $(TOOLS)/bin/cargo-deny ## known weaknesses in what we build on; needs the internet
	cargo deny --workspace check advisories
	cd web && npm audit --omit=dev

program-path:
	@echo $(PROGRAM)

clean: ## throw away what was built here; data/ stays
	rm -rf web/dist web/node_modules
	cargo clean --package thaotruong --package thaotruong-tests

web/node_modules/.installed: web/package.json web/package-lock.json
	@echo '==> fetching the front end'"'"'s parts'
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The stamp is worth nothing without what it stands for.
ifeq ($(wildcard web/dist/manifest.json),)
.PHONY: web/node_modules/.built
endif
web/node_modules/.built: web/node_modules/.installed $(WEB_SOURCES)
	@echo '==> building the front end'
	cd web && npm run --silent build -- --logLevel warn
	@touch $@

# A few minutes once; without optimisation, since it runs for a second.
$(TOOLS)/bin/cargo-deny:
	@echo '==> building cargo-deny, once for this machine'
	cargo install --locked --debug --quiet cargo-deny --root $(TOOLS) --target-dir $(CACHE)/tools-target
	@rm -rf $(CACHE)/tools-target

# `make` alone prints what there is. Everything that the CI does is `make deps check test`.

SWIFT ?= swift
STRICT = --explicit-target-dependency-import-check error
PACKAGES = libsqlite3-dev zlib1g-dev libpq-dev postgresql sqlite3 curl jq python3

.DEFAULT_GOAL := help
.PHONY: help deps build demo test check bench fuzz

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the Debian packages that are missing (as root; else print the command)
	@scripts/deps $(PACKAGES)

build: deps ## Build the release program, .build/release/breakbulk
	$(SWIFT) build -c release $(STRICT) --product breakbulk

demo: build ## Make the sample database in ./demo and serve it
	.build/release/breakbulk demo

test: deps ## Run every test
	$(SWIFT) test $(STRICT) --no-parallel

check: deps ## Format, documents and scripts: what a review need not look at
	$(SWIFT) format lint --strict --recursive --configuration .swift-format Sources Tests Package.swift
	scripts/check-docs
	scripts/check-scripts

bench: build ## Measure against sqlite3 and psql and write docs/benchmarks.md (takes long; QUICK=1 is a smoke run)
	Benchmarks/bench $(if $(QUICK),--quick) --program .build/release/breakbulk --output docs/benchmarks.md

fuzz: deps ## Throw random bytes at every decoder (SECONDS=60 each)
	scripts/fuzz $(or $(SECONDS),60)

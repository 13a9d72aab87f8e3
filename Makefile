.DEFAULT_GOAL := help
.PHONY: help setup run test faults console pictures soak check gen fmt lint types bench bench-long bench-page bench-peers clients migrate release

PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Python keeps what it compiled, for the next process: half of a test process's start is compiling.
export PYTHONDONTWRITEBYTECODE :=
# What the tests need beside Python, as COMMAND:PACKAGE.
TOOLS := pg_ctlcluster:postgresql strace:strace openssl:openssl ip:iproute2 chromium:chromium \
	chromium-headless-shell:chromium-headless-shell pgbouncer:pgbouncer systemd-analyze:systemd
# What `.ci/node` sets up; without it, nothing in TypeScript is checked.
NODE = $(wildcard clients/node_modules)
# What `.ci/go` sets up, where Go is new enough; without it, nothing in Go is checked.
GO = $(wildcard .venv/bin/go)
# Without Rust, nothing in clients/rust is checked but that its generated code is that of the protos.
RUST = $(shell cargo fmt --version 2>/dev/null)
# What `.ci/jdk` sets up; without it, nothing in Java and Kotlin is checked.
JAVA_FORMAT = $(wildcard .venv/java/google-java-format.jar)
KOTLIN_FORMAT = $(wildcard .venv/java/ktfmt.jar)

# What has a longer form beside the fault tests.
LAWS := tests/unit tests/integration/store/test_laws.py tests/clients/test_python_stream.py \
	tests/clients/test_typescript_package.py tests/clients/test_java.py tests/clients/test_kotlin.py \
	$(addprefix tests/acceptance/test_,envoy.py openapi.py command_line_document.py log_and_replay.py)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

setup: ## set up .venv, with the program .venv/bin/bellrope
	@.ci/setup
	@$(if $(filter setup,$(MAKECMDGOALS)),echo 'ready: .venv/bin/bellrope; put it on the path: export PATH="$$PWD/.venv/bin:$$PATH"')

run: setup ## start a server and show what it does
	@$(PYTHON) docs/tour.py

test: ## set everything up, check the code, run every test
	@.ci/setup $(TOOLS)
	@.ci/node
	@.ci/go || [ "$$CI" != true ]
	@.ci/rust || [ "$$CI" != true ]
	@.ci/jdk || [ "$$CI" != true ]
	@$(MAKE) --no-print-directory check
	@.ci/tests

faults: setup ## run the fault tests and the laws in full (about 70 minutes)
	@BELLROPE_FULL=1 $(PYTHON) -m pytest tests/faults $(LAWS) -vv -n 0 --timeout 3600

console: setup ## run the tests of the console in full, with 100,000 deliveries (about 15 minutes)
	@BELLROPE_FULL=1 $(PYTHON) -m pytest tests/console -n 0 --timeout 1800

pictures: setup ## draw the pictures of the console that are in docs/
	@PYTHONPATH=tests $(PYTHON) -m console.drawn docs/pictures

soak: setup ## put an hour of load on each database, and draw the result into docs/
	@PYTHONPATH=tests $(PYTHON) -m soak

check: setup lint types ## check style, types, floors, protos and generated code (quick)
	@lint-imports --no-cache >/dev/null || lint-imports --no-cache
	@buf lint
	@buf format --diff --exit-code
	@buf breaking --against tests/check/baseline.binpb
	@$(PYTHON) tests/check/drift.py
	@$(PYTHON) tools/console.py --check
	@$(PYTHON) tools/rust_client.py --check

gen: setup ## generate the stubs and API pages from protos/, and docs/configuration.md
	@buf generate
	@$(PYTHON) docs/reference.py
	@if .ci/node; then buf generate --template buf.gen.typescript.yaml && $(PYTHON) tools/console.py; \
	else echo "without Node, clients/typescript/src/gen and the console stay as they are" >&2; fi
	@if .ci/go; then buf generate --template buf.gen.go.yaml; \
	else echo "without Go, clients/go/bellropev1 stays as it is" >&2; fi
	@if .ci/rust; then $(PYTHON) tools/rust_client.py; \
	else echo "without Rust, clients/rust/src/gen stays as it is" >&2; fi
	@if .ci/jdk tools; then buf generate --template buf.gen.java.yaml && buf generate --template buf.gen.kotlin.yaml; \
	else echo "without a JDK, src/generated of clients/java and clients/kotlin stay as they are" >&2; fi

fmt: setup ## format the code and the protos
	@ruff format --quiet . && ruff check --quiet --fix . && buf format --write
	@$(if $(NODE),cd clients && node_modules/.bin/biome check --write --log-level=error 2>/dev/null)
	@$(if $(GO),gofmt -w clients/go)
	@$(if $(RUST),cd clients/rust && cargo fmt --all)
	@$(if $(JAVA_FORMAT),tools/java_format --replace)
	@$(if $(KOTLIN_FORMAT),tools/kotlin_format 2>/dev/null)

lint: setup ## check style
	@ruff check --quiet . && ruff format --quiet --check .
	@$(if $(NODE),cd clients && node_modules/.bin/biome check --log-level=error 2>/dev/null || node_modules/.bin/biome check)
	@$(if $(GO),test -z "$$(gofmt -l clients/go | tee /dev/stderr)")
	@$(if $(RUST),cd clients/rust && cargo fmt --all --check)
	@$(if $(JAVA_FORMAT),tools/java_format --dry-run --set-exit-if-changed)
	@$(if $(KOTLIN_FORMAT),tools/kotlin_format --dry-run --set-exit-if-changed)

types: setup ## check types
	@mypy --no-error-summary
	@$(if $(NODE),clients/node_modules/.bin/tsc --project clients/typescript)
	@$(if $(NODE),clients/node_modules/.bin/tsc --project clients/console)
	@$(if $(GO),cd clients/go && go vet ./... && go tool -modfile=tools/go.mod staticcheck ./...)

bench: setup ## measure speed, each figure against one from the same run (about 15 minutes)
	@PYTHONPATH=tests $(PYTHON) -m bench all
	@PYTHONPATH=tests $(PYTHON) -m console.bench

bench-long: setup ## measure what large tables cost, and how fast each client streams (about 20 minutes)
	@PYTHONPATH=tests $(PYTHON) -m bench long; long=$$?; $(PYTHON) tests/bench/clients/run.py && exit $$long

bench-page: setup ## measure all of it, and write the figures and pictures of docs/performance.md
	-@PYTHONPATH=tests $(PYTHON) -m bench all
	-@PYTHONPATH=tests $(PYTHON) -m bench long
	@PYTHONPATH=tests $(PYTHON) -m bench page

PEERS ?= bellrope
bench-peers: setup ## measure bellrope and other servers that run, side by side: PEERS="bellrope svix"
	@PYTHONPATH=tests $(PYTHON) -m bench.peers $(PEERS)

clients: setup ## run clients/conformance with every client, or with those of LANGUAGES=python,go
	@GRPC_VERBOSITY=NONE PYTHONPATH=tests $(PYTHON) -m tests.clients.conformance

migrate: setup ## update the database of BELLROPE_DATABASE to this version
	@bellrope migrate

release: test ## build what is released into dist/, and fix the protos: they may only grow from then on
	@buf build --output tests/check/baseline.binpb
	@$(PYTHON) tools/release.py dist

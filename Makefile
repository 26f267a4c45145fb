# `make demo` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
UI := src/cutroom/web/dist/index.html
LLAMA := .venv-llama/.done
OIDC := .venv-oidc/.done
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start many programs of ours, and each would compile us anew where the environment forbids keeping that.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo up ui test check format test-faults test-ui bench lock wheel clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cutroom needs Python 3.11 or newer, and this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

# --no-deps: a lock is complete, and a data wheel's own wishes are not needed.
$(RUNTIME): requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements/runtime.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(RUNTIME)  ## make .venv with all that Cutroom needs

demo: $(RUNTIME)  ## make a lecture, cut it into clips, print where they are
	@$(BIN)/cutroom demo --out demo

# What generates the client counts as a source: a description that changed makes another studio.
$(UI): $(RUNTIME) $(shell find ui -name node_modules -prune -o -type f -not -name schema.d.ts -print) docs/reference/openapi.json tools/build_ui.py
	$(BIN)/python tools/build_ui.py

up: $(UI)  ## the studio in the browser: database, interface and workers in one
	$(BIN)/cutroom up

ui: $(UI)  ## build the web studio that `cutroom up` serves

test: $(DEV)  ## run every test
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow and not ui"

check: $(DEV)  ## format, lint, import contracts, types, tests, of the studio too
	$(BIN)/python tools/build_ui.py check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow and not ui"

format: $(DEV)  ## put the code into its form
	$(BIN)/python tools/build_ui.py format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(LLAMA): requirements/language-model.txt
	$(PYTHON) -m venv .venv-llama
	.venv-llama/bin/pip install -q --no-deps --require-hashes -r requirements/language-model.txt
	@touch $@

$(OIDC): requirements/identity-provider.txt
	$(PYTHON) -m venv .venv-oidc
	.venv-oidc/bin/pip install -q --no-deps --require-hashes -r requirements/identity-provider.txt
	@touch $@

# ONLY=tests/api runs those of a folder.
test-faults: $(DEV) $(LLAMA) $(OIDC)  ## the long tests: hostile files, full disks, killed processes, real model and identity servers
	CUTROOM_TEST_LLAMA_PYTHON=$(CURDIR)/.venv-llama/bin/python \
	CUTROOM_TEST_OIDC_PYTHON=$(CURDIR)/.venv-oidc/bin/python $(BIN)/pytest -n 2 --dist worksteal -m "slow and not ui" $(ONLY)

test-ui: $(DEV) $(UI)  ## the studio in a real browser, against a real server and worker
	$(BIN)/pytest -m ui

bench: $(DEV)  ## ratios taken in one run, written to benchmarks/results/latest.json
	test -d .venv-peers || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/pip install -q --no-deps --require-hashes -r requirements/peers.txt
	$(BIN)/python -m benchmarks

lock: $(DEV)  ## write the locks anew
	$(LOCK) --extra models --group build -o requirements/runtime.txt
	$(LOCK) --extra models --group build --extra ocr --extra postgres --extra celery --extra redis --extra sentry --extra otel --group dev -o requirements/dev.txt
	$(LOCK:pyproject.toml=) --group pyproject.toml:peers -o requirements/peers.txt
	$(LOCK:pyproject.toml=) --no-deps --group pyproject.toml:language-model -o requirements/language-model.txt
	$(LOCK:pyproject.toml=) --group pyproject.toml:identity-provider -o requirements/identity-provider.txt

wheel: $(DEV)  ## build the wheel
	$(BIN)/python -m hatchling build -t wheel

clean:  ## remove what was made here
	rm -rf $(VENV) .venv-peers .venv-llama .venv-oidc ui/node_modules src/cutroom/web/dist dist demo benchmarks/results .mypy_cache .ruff_cache .pytest_cache

# SPDX-License-Identifier: GPL-3.0-or-later
# `make` alone lists what there is. A target's help is the text behind its ##.

BIN := .venv/bin
# Tests run side by side, one file at a time in each worker; PYTEST gives pytest more words: make quick PYTEST="-k dn -x"
WORKERS ?= 2
PYTEST ?=
RUN_TESTS = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# The tests start hundreds of processes: they shan't compile the same modules again each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test quick check lint format coverage fuzz bench wheel venv packages freeze clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## a sample company on this machine: CardDAV, LDAP and pages on loopback (DEMO_DIR=... to keep it elsewhere)
	@.ci/prepare run
	@$(BIN)/dirserver demo

test: venv packages ## every test, on SQLite and on a PostgreSQL of its own
	@$(RUN_TESTS) $(PYTEST)

quick: venv ## the quick tests, on SQLite, with few examples each, about two minutes
	@FUZZ_EXAMPLES=20 $(RUN_TESTS) -q --hypothesis-profile=quick -m "not slow and not e2e and not postgresql" $(addprefix --ignore=tests/,agreement cli demo) $(PYTEST)

check: lint ## what CI runs: lint, then test
	@$(MAKE) --no-print-directory test

lint: venv ## ruff, mypy and the direction of imports
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "These files want 'make format':"; $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/mypy
	@PYTHONPATH=plugins $(BIN)/lint-imports --no-logo

format: venv ## lay out the code, and mend what ruff can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

coverage: venv packages ## which lines no test reaches
	@$(BIN)/coverage run -m pytest -q $(PYTEST)
	@$(BIN)/coverage report

fuzz: venv ## fuzz every reader of what strangers send, with many more cases than the tests do (FUZZ_EXAMPLES=... GUIDED_RUNS=...)
	@FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),20000) $(BIN)/python -m pytest -q tests/ldap/test_fuzz.py tests/fuzz $(PYTEST)
	@mkdir -p .fuzz && PYTHONPATH=.:plugins $(BIN)/python -m tests.fuzz.guided .fuzz $(or $(GUIDED_RUNS),200000)

bench: venv ## run benchmarks/*.py one after the other
	@for file in $(filter-out benchmarks/bare.py benchmarks/peers.py benchmarks/slapd.py benchmarks/ldap_client.py,$(sort $(wildcard benchmarks/[a-z]*.py))); do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

wheel: venv ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --outdir dist .

venv: ## .venv with everything for development
	@.ci/prepare dev

packages: ## Debian's packages that the tests start (installs them when run by root)
	@.ci/prepare packages

freeze: venv ## write the versions in .venv to constraints.txt
	@sed -n '/^#/p' constraints.txt > .venv/constraints.txt
	@$(BIN)/python -m pip freeze --exclude-editable -qq >> .venv/constraints.txt
	@mv .venv/constraints.txt constraints.txt

clean: ## remove .venv, caches and what was built; data stays
	@rm -rf .venv .fuzz build dist .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

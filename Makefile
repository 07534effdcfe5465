# `make` lists the targets. PYTHON=/path/to/python3.12 chooses the Python; TESTS=tests/ledger the tests,
# JOBS=0 one process without workers (three share two processors well: many tests wait for a server).

BIN := .venv/bin
TESTS ?=
JOBS ?= 3
UPGRADE ?=

.DEFAULT_GOAL := help
.PHONY: help demo env test lint docs reference bench chaos lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: env ## Start the whole system on this machine and open the workspace; quitting stops it
	@$(BIN)/smartup demo

env: ## Make the two environments (.venv, .venv-synapse) from the lock files
	@scripts/environment.sh .venv requirements.lock --editable
	@scripts/environment.sh .venv-synapse requirements-synapse.lock

test: lint ## Run every check: style, types, import directions, tests
	@$(BIN)/pytest --numprocesses=$(JOBS) --dist=loadgroup --no-loadscope-reorder $(TESTS)

lint: env ## Style, types and import directions only
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@report=$$($(BIN)/lint-imports --no-logo) || { echo "$$report"; exit 1; }

docs: env ## Build the documentation into build/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --site-dir build/docs

reference: env ## Make docs/commands.md, docs/openapi.json and docs/keys.md again, from catalogue and bindings
	@$(BIN)/python -m smartup_tui.toolbox.reference docs
	@$(BIN)/python -m smartup_tui.key_reference docs

bench: env ## Measure: start-up, the circle of a command, lists (takes minutes)
	@$(BIN)/python -m benchmarks

chaos: env ## Play a community under faults and kills (COMMANDS=6000 SEED=7: half an hour); exit code 1 for findings
	@$(BIN)/python -m tests.chaos.simulation $(COMMANDS) --seed $(SEED)

lock: ## Make the lock files again (UPGRADE=--upgrade takes newer versions)
	@scripts/lock.sh $(UPGRADE)

clean: ## Remove what the targets above have made
	rm -rf .venv .venv-synapse build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find smartup_tui tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

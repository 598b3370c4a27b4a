# What to type. `make` alone prints this file's targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
IDEA ?= chicken_wings
PYTEST_FLAGS ?= -n 2 --dist worksteal

VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
UV := VIRTUAL_ENV=$(VENV) $(BIN)/uv --no-config pip
AS_LOCKED := --require-hashes --no-deps --only-binary :all:
SQL := $(wildcard models analyses tests/dbt)
DOCS := target/static_index.html
DOCUMENTED := dbt_project.yml profiles.yml $(shell find models macros seeds analyses tests/dbt -type f)

export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help venv demo test proof leak lint lint-python lint-sql format suites bench bench-consent bench-lineage survey lock clean

help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(READY) ## make .venv from requirements.lock (again only when the lock has changed)

# --only-binary: nothing that comes from the index runs code while it is installed.
# --no-deps: the lock is complete, and `uv pip check` below says so.
# uv needs a third of pip's time, and comes by pip, with the lock's own hashes. It knows no pip.conf: where it reaches no
# index, pip installs the same.
$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "askfirst runs on Python 3.11 to 3.13; this is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 ..." >&2; \
		exit 2; }
	@echo "== .venv from requirements.lock (about a minute)"
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install $(AS_LOCKED) -r <(awk '/^[^ ]/ {wanted = /^uv==/} wanted' requirements.lock)
	$(UV) install --compile-bytecode $(AS_LOCKED) -r requirements.lock \
		|| $(BIN)/python -m pip install $(AS_LOCKED) -r requirements.lock
	@touch $@

$(READY): pyproject.toml $(LOCKED)
	$(UV) install --quiet --no-deps --no-build-isolation --editable .
	$(UV) check
	@touch $@

# Unit tests read no data: `make test` runs them, and so does a plain `dbt build`.
demo: venv ## build everything from the real data, then show who is in each audience and who is not
	$(BIN)/dbt build --exclude-resource-type unit_test
	@$(MAKE) --silent $(DOCS)
	@$(BIN)/python -m askfirst.summary

# Of what the docs show, only the project's files change.
$(DOCS): $(DOCUMENTED)
	$(BIN)/dbt docs generate --static --exclude resource_type:test resource_type:unit_test

test: venv ## what CI runs: pytest, in which `dbt build` passes on the sample world and on the demo, and fails on each leak
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

proof: venv ## the full counts: kills, deletions, mutants, influences, generated queries (most of an hour)
	$(BIN)/python -m pytest -m proof $(PYTEST_FLAGS)

leak: venv ## add one bad idea to a copy of the project and watch the build stop (IDEA=chicken_wings)
	@$(BIN)/python scripts/bad_idea.py $(IDEA)

lint: venv ## ruff, mypy, sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) -j 2 --output-sync lint-python lint-sql

# Beside each other: mypy has use for one core only, sqlfluff for one and a half.
lint-python: venv
	$(BIN)/mypy

lint-sql: venv
	$(BIN)/sqlfluff lint --processes 2 $(SQL)

format: venv ## let ruff and sqlfluff put right what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 2 $(SQL)

suites: venv ## write the gate's suites anew from labels and contracts; review the difference
	$(BIN)/dbt parse --target sample
	$(BIN)/python -m askfirst.gate.suites --write

bench: venv ## time a first and a second build, and list the slowest nodes
	rm -rf target warehouse/demo
	@for run in first second; do \
		begin=$$EPOCHREALTIME; \
		$(BIN)/dbt build --quiet; \
		awk -v run=$$run -v a=$$begin -v b=$$EPOCHREALTIME 'BEGIN {printf "== %s build: %.1f s\n", run, b - a}'; \
	done
	@$(BIN)/python -c "import duckdb; duckdb.sql(\"select r.unique_id as node, round(r.execution_time, 2) as seconds \
	from (select unnest(results) as r from 'target/run_results.json') order by seconds desc, node limit 12\").show()"

# BENCH_FLAGS="--persons 100000 --events 1000000" for a smaller world.
bench-consent: venv ## time a full and an incremental build of consent at a million persons, beside one query by hand
	@$(BIN)/python -m bench_consent $(BENCH_FLAGS)

# MANIFEST=target/manifest.json takes a project of yours (CATALOG= where it is not beside it); BENCH_FLAGS=--help tells more.
bench-lineage: venv ## time the flow analysis beside sqlglot and dbt-colibri, by size, width and depth
	@$(BIN)/python -m bench_lineage $(if $(MANIFEST),--manifest $(MANIFEST)) $(if $(CATALOG),--catalog $(CATALOG)) $(BENCH_FLAGS)

# CATALOG= where it is not beside the manifest. With DATABASE=dev.duckdb, built and compiled, a sample is verified by mutation.
survey: venv ## how much of a dbt project the flow analysis reads (MANIFEST=target/manifest.json; docs/survey.md)
	@failed=0; \
	$(BIN)/python scripts/survey.py $(MANIFEST) $(if $(CATALOG),--catalog $(CATALOG)) $(if $(DATABASE),--warehouse $(DATABASE)) \
		|| failed=$$?; \
	$(if $(DATABASE),$(BIN)/python -m tests.proofs.foreign $(MANIFEST) $(DATABASE) $(SURVEY_FLAGS) || failed=$$?;) \
	exit $$failed

lock: ## resolve the dependencies anew into requirements.lock (UPGRADE=--upgrade for newer versions)
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet 'uv>=0.9'
	build/lock/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 --fork-strategy fewest \
		--extra dev --generate-hashes --no-strip-extras --no-emit-index-url $(UPGRADE) \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock

clean: ## remove what builds and checks have made; .venv stays
	rm -rf target logs warehouse build .mypy_cache .pytest_cache .ruff_cache .hypothesis

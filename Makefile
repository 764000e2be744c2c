# Every task of the project; `make` alone lists them. Re-runs are quick: nothing is installed twice.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN    := .venv/bin
PYTEST := $(BIN)/python -m pytest --numprocesses logical --dist worksteal
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
EXTRAS := docx,jelly,mcp,nanopubs,ontologies,plots,reason,serve,tables,dev
# What a command prints is shown only where it fails.
quiet   = out=$$($(1) 2>&1) || { echo "$$out" >&2; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help demo check lint validate test test-fast portable docs bench wheel release lock clean

help:      ## List these targets
	@sed -n 's/^\([a-z%-]*\): .*## /  make \1\t/p' Makefile | expand -t 18

demo: .venv/installed      ## Set up if needed, then print the dossier on naltrexone
	@$(BIN)/offlabel dossier naltrexone

check: lint validate test      ## Everything: style, types, data, and the whole test suite

lint: .venv/developing      ## Style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

validate: .venv/developing      ## Check ontology, data and queries, HermiT included
	@$(BIN)/offlabel validate --reason

test: .venv/developing      ## The whole test suite, on all cores
	@$(PYTEST)

test-fast: .venv/developing      ## Those that start no server, Java or browser, and are not large
	@$(PYTEST) -m 'not (browser or growth or large or reasoner or server or virtuoso)'

portable: .venv/developing      ## Try other Pythons, and ask for wheels of other systems
	@$(BIN)/python tests/portable.py

docs: .venv/developing      ## Rewrite the generated pages and the output shown in the docs
	@$(BIN)/python docs/generate.py

bench: .venv/developing      ## Measure the commands and the rules; prints tables
	@$(BIN)/python bench/run.py
	@$(BIN)/python bench/rules.py

bench-%: .venv/developing      ## The same of one script: serve, large, scale, exports ...
	@$(BIN)/python bench/$*.py

wheel: .venv/developing      ## Build the wheel and the source archive into dist/
	@$(BIN)/python -m build

release: .venv/installed    ## Write every export into build/release
	@$(BIN)/offlabel export release -o build/release

lock: .venv/developing      ## Rewrite constraints.txt from what is installed
	@$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean:      ## Remove what was built, .venv too
	@rm -rf .venv build dist bench/results .mypy_cache .pytest_cache .ruff_cache

# Where Python comes without ensurepip, the pip that is there fills the environment.
.venv/bin/python:
	@echo "Setting up .venv ..." >&2
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { $(PYTHON) -m venv --without-pip .venv \
		&& $(call quiet,$(PYTHON) -m pip --python .venv install --quiet pip); }

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@$(call quiet,$(PIP) --editable .)
	@touch $@

.venv/developing: .venv/installed
	@$(call quiet,$(PIP) --editable '.[$(EXTRAS)]')
	@touch $@

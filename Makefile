# Every target sets up what it needs: a virtual environment with exactly what requirements/*.txt pin.
# Another interpreter gets an environment of its own: make test PYTHON=python3.13

PYTHON ?= python3
VENV ?= .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))

BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
# The benchmark measures what users have: httpx loads more where the development tools lie beside it.
MEASURED := $(VENV)-measured/.runtime-installed
COMPILE = $(VENV)-lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe \
	--no-header --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--annotation-style=line --build-deps-for editable

.DELETE_ON_ERROR:
.PHONY: help demo test check lint types layers coverage fuzz lab bench lock build clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(RUNTIME) ## run the real engine on a simulated network with several blocks in it
	@$(BIN)/python -m preflight demo

test: $(DEV) ## run the whole test suite
	$(BIN)/python -m pytest

check: lint types layers test ## everything that must be green before a change is proposed

lint: $(DEV) ## style and formatting, by ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV) ## types, by mypy in strict mode
	$(BIN)/mypy

layers: $(DEV) ## which room may import which, by import-linter
	$(BIN)/lint-imports

coverage: $(DEV) ## the test suite, with the lines and branches that it misses
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered

fuzz: $(DEV) ## search longer for what breaks a parser or a rule (FUZZ=100: so many times what the test suite does)
	FUZZ=$(or $(FUZZ),20) $(BIN)/python -m pytest -o faulthandler_timeout=0 tests/fuzz tests/lab/test_record.py tests/diagnosis/test_properties.py

lab: $(DEV) ## the command behind real firewalls, resolvers and proxies, and a score (root, Linux; LAB="--only NAME" passes options)
	$(BIN)/python -m tests.lab $(LAB)

bench: $(DEV) $(MEASURED) ## speed and memory side by side with curl --parallel (root, Linux; BENCH="--json FILE" passes options)
	$(BIN)/python -m bench --python $(VENV)-measured/bin/python $(BENCH)

lock: ## refresh requirements/*.txt to the newest versions that pyproject.toml admits
	$(PYTHON) -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet 'pip-tools>=7.5'
	$(COMPILE) --output-file requirements/runtime.txt pyproject.toml
	$(COMPILE) --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt pyproject.toml

build: $(DEV) ## wheel and source archive, in dist/
	$(BIN)/python -m build --no-isolation

clean: ## remove everything that these targets made
	rm -rf $(VENV) $(VENV)-lock $(VENV)-measured .venv .venv-* build dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis endpoints/.compiled.json
	find . -name __pycache__ -type d -not -path "./.*" -prune -exec rm -rf {} +

$(RUNTIME): requirements/runtime.txt requirements/install.sh pyproject.toml
	@requirements/install.sh $(PYTHON) $(VENV) requirements/runtime.txt
	@touch $@

$(MEASURED): requirements/runtime.txt requirements/install.sh pyproject.toml $(wildcard endpoints/*.yaml)
	@requirements/install.sh $(PYTHON) $(VENV)-measured requirements/runtime.txt
	@touch $@

$(DEV): requirements/dev.txt requirements/install.sh pyproject.toml
	@requirements/install.sh $(PYTHON) $(VENV) requirements/dev.txt
	@touch $(RUNTIME) $@

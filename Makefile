# Everything that work on Shelterbelt needs. The environment is .venv, all state is in .shelterbelt.
PYTHON ?= python3
SETUP = src/shelterbelt/config/setup.py
BIN = .venv/bin
ARGS ?=

.PHONY: up setup environment engines workshop test check bench bench-pages crash doctor clean
.SILENT:

up: environment
	exec $(BIN)/shelterbelt up

setup: workshop
	$(BIN)/shelterbelt setup

environment:
	$(PYTHON) -I $(SETUP) environment

engines:
	$(PYTHON) -I $(SETUP) engines

workshop:
	$(PYTHON) -I $(SETUP) workshop

test: setup
	browser="$$($(BIN)/python -I $(SETUP) chromium)" && export SHELTERBELT_CHROMIUM="$$browser" && \
	if [ -n "$(ARGS)" ]; then exec $(BIN)/python -m pytest $(ARGS); fi && exec $(BIN)/python -m tests

check: workshop
	$(BIN)/python -I $(SETUP) check

bench: setup
	$(BIN)/python -m bench $(ARGS)

bench-pages: setup
	$(BIN)/python -m bench.pages $(ARGS)

crash: setup
	$(BIN)/python -m bench.crash -n $(or $(N),200) --seed $(or $(SEED),1)

doctor: environment
	$(BIN)/shelterbelt doctor

clean:
	rm -rf .venv node_modules src/shelterbelt/ui/static/built src/*.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .numba_cache
	echo "What was built is gone. The data in .shelterbelt stay; delete that folder yourself if you mean to."

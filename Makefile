# A fresh machine needs make, python3 (3.11 or newer) and python3-venv; what is missing is named below in plain words.
# What the tests use beyond that (PostgreSQL, Chromium, Node) is installed by .ci/run; without it those tests are skipped.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links
OFFLINE = { echo "The packages could not be installed (see above). Is there a network? Then try the same command again." >&2; exit 1; }

.PHONY: help run install test check proof bench lock

help:
	@echo "make run      install what is needed, then start the bot with demo data and print its address"
	@echo "make install  set up $(VENV) with the posyandu-bot command"
	@echo "make test     style, types and all tests"
	@echo "make check    style, types, floors and documents only: seconds"
	@echo "make proof    the tests at full size: an hour"
	@echo "              one of them: make proof CLAIM=six_months (stopped, it goes on from its last month)"
	@echo "make bench    speed, with the numbers of docs/measured.md"
	@echo "make lock     choose the newest allowed packages and write the lock files"

run: $(VENV)/installed
	@exec $(BIN)/posyandu-bot run

install: $(VENV)/installed
	@echo "Ready: $(BIN)/posyandu-bot --help"

test: $(VENV)/installed-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q -n 2 -m "not proof"

check: $(VENV)/installed-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_floors.py tests/test_docs.py

proof: $(VENV)/installed-test
	@$(BIN)/python -m pytest -m proof -s $(if $(CLAIM),-k "$(CLAIM)")

bench: $(VENV)/installed-test
	@for file in benchmarks/[a-z]*.py; do $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done

lock: $(VENV)/made
	@$(PIP) install uv || $(OFFLINE)
	@$(LOCK) --upgrade pyproject.toml --output-file requirements.lock
	@$(LOCK) --upgrade pyproject.toml --extra test --constraint requirements.lock --output-file requirements-test.lock

$(VENV)/made:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is missing: there is no '$(PYTHON)'. On Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made requirements.lock pyproject.toml
	@echo "Installing the bot into $(VENV). Once only; it takes a minute or two."
	@$(PIP) install --require-hashes -r requirements.lock || $(OFFLINE)
	@$(PIP) install --no-deps --no-build-isolation --editable . || $(OFFLINE)
	@touch $@

$(VENV)/installed-test: $(VENV)/installed requirements-test.lock
	@echo "Installing what the tests use into $(VENV)."
	@$(PIP) install --require-hashes -r requirements-test.lock || $(OFFLINE)
	@touch $@

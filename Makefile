# Two commands for a newcomer: `make demo` and `make test`. Everything is installed into .venv, locked by hashes.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check static format bench docs pictures clean

demo: .venv/demo.stamp
	$(BIN)/fushinban demo --out demo-out

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: static test

static: .venv/dev.stamp
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/mypy --strict src/fushinban tools benchmarks
	$(BIN)/lint-imports
	$(BIN)/python tools/reference.py --check

format: .venv/dev.stamp
	$(BIN)/ruff check --fix src tests tools benchmarks
	$(BIN)/ruff format src tests tools benchmarks

docs: .venv/dev.stamp
	$(BIN)/python tools/reference.py

bench: .venv/bench.stamp
	$(BIN)/python benchmarks/inspection.py

.venv/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit("fushinban needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/demo.stamp: .venv/pyvenv.cfg requirements.txt pyproject.toml
	$(PIP) --require-hashes --requirement requirements.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	touch $@

.venv/dev.stamp: .venv/pyvenv.cfg requirements-dev.txt pyproject.toml
	$(PIP) --require-hashes --requirement requirements-dev.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	touch $@

.venv/bench.stamp: .venv/dev.stamp requirements-bench.txt
	$(PIP) --require-hashes --requirement requirements-bench.txt
	touch $@

clean:
	rm -rf .venv demo-out build dist

pictures: .venv/dev.stamp
	tools/pictures
	$(BIN)/python tools/console_pictures.py --docs

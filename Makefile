# Two commands do everything on a machine with Python >= 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is about time and memory runs by itself; what tries for a time tries each format on a processor of its own.
ALONE := tests/hostile/test_hostile.py tests/hostile/test_killed.py tests/test_guard.py tests/cli/test_guarding.py
FUZZ := tests/hostile/test_fuzz.py
PYTEST := $(BIN)/python -m pytest $(COVER)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Clean reports, one for each format, into which faults are put; their rates must not fall.
CLEAN := tests/documents/county.md examples/clean.html examples/clean.docx examples/clean.pdf

.PHONY: demo test cover lint docs bench clean

demo: $(VENV)/installed
	@echo "$$ gouji check --date 2026-01-31 examples/clean.pdf examples/errors.docx"
	@$(BIN)/gouji check --date 2026-01-31 examples/clean.pdf examples/errors.docx; code=$$?; \
	  echo "exit $$code（1 表示发现错误 1 means errors were found）"; test $$code -eq 1
	@echo
	@echo "$$ gouji audit --date 2025-04-01 --register examples/county/名册.csv --out build/county examples/county/2023 examples/county/2024"
	@$(BIN)/gouji audit --date 2025-04-01 --register examples/county/名册.csv --out build/county \
	  examples/county/2023 examples/county/2024; code=$$?; \
	  echo "exit $$code（请打开 open build/county/index.html）"; test $$code -eq 1

test: $(VENV)/tested
	$(PYTEST) --numprocesses auto --dist loadfile --no-loadscope-reorder $(addprefix --ignore ,$(ALONE) $(FUZZ))
	$(PYTEST) --numprocesses auto $(FUZZ)
	$(PYTEST) $(ALONE)

# The same tests, more than half as long again.
cover: $(VENV)/tested
	rm -f .coverage
	$(MAKE) test COVER='--cov --cov-append --cov-report='
	$(BIN)/python -m coverage report

lint: $(VENV)/linted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/gouji test --output /dev/null
	$(BIN)/gouji docs --check
	$(BIN)/gouji check --date 2026-01-31 --fail-on warning examples/clean*

# Write what comes from the packs: the pages of the rules, and what they detect.
docs: $(VENV)/installed
	$(BIN)/gouji docs
	$(BIN)/gouji test --mutate $(addprefix --report ,$(CLEAN)) --save-rates tests/proof/rates.json --output docs/detection.md

bench: $(VENV)/tested
	$(PIP) --editable '.[bench]'
	$(BIN)/python bench/run.py
	$(BIN)/python bench/audit.py

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gouji needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

# Each holds what the ones before it hold, and is installed at once: pip takes its time to look at what is there.
$(VENV)/installed: pyproject.toml $(VENV)/bin/python
	$(PIP) --editable '.[audit]'
	@touch $@

$(VENV)/tested: pyproject.toml $(VENV)/bin/python
	$(PIP) --editable '.[test]'
	@touch $(VENV)/installed $@

$(VENV)/linted: pyproject.toml $(VENV)/bin/python
	$(PIP) --editable '.[test,lint]'
	@touch $(VENV)/installed $(VENV)/tested $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

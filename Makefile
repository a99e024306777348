# Everything is installed into .venv of this checkout and nowhere else. PYTHON=python3.12 chooses another Python.
# Paths stay relative: the checkout may lie in a folder with spaces in its name.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# uv trusts only certificates of its own unless it is told to trust the machine's, as pip does.
UV_SYSTEM_CERTS ?= 1
UV_CACHE_DIR ?= .venv/.cache
export UV_SYSTEM_CERTS UV_CACHE_DIR

# One more than there are cores: many tests wait for other processes.
WORKERS = $(shell $(PYTHON) -c 'import os; print(min(8, (os.cpu_count() or 1) + 1))')

.DEFAULT_GOAL := help
.PHONY: help setup demo test faults lint bench bench-city lock pictures moved

help:
	@echo "make demo      a whole school on this machine, nothing to configure"
	@echo "make test      all tests"
	@echo "make faults    the bad days of docs/reliability.md at full length, in at most ten minutes"
	@echo "make lint      format, types, import rules, the lock, known vulnerabilities"
	@echo "make bench     the benchmarks, as a table"
	@echo "make bench-city  the benchmark of a city of 100 schools"
	@echo "make setup     only fill .venv; then .venv/bin/zvonok works"
	@echo "make lock      remake requirements.lock after a change of pyproject.toml"
	@echo "make pictures  take the screenshots of README.md and docs/ anew"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@PYTHON='$(PYTHON)' sh .ci/setup.sh

# A .venv that was copied along with its checkout still points to the old place: it is made anew.
ifneq ($(shell [ "$$(cat $(READY) 2>/dev/null)" = "$$(pwd)" ] || echo moved),)
$(READY): moved
endif

demo: setup
	$(BIN)/zvonok demo

test: setup
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

faults: setup
	$(BIN)/pytest tests/faults tests/outbox/test_living_messages.py tests/backup/test_round_trip.py \
		--long -n auto --maxprocesses 8 --dist worksteal

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/check_lock.py
	$(BIN)/python .ci/audit.py

bench: setup
	$(BIN)/python -m benchmarks

bench-city: setup
	$(BIN)/python -m benchmarks city

pictures: setup
	$(BIN)/python docs/pictures.py

# Versions that still fit are kept; `make lock UPGRADE=--upgrade` takes the newest.
lock: setup
	$(BIN)/uv pip compile pyproject.toml --extra dev --output-file requirements.lock $(UPGRADE) \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
		--custom-compile-command "make lock"
	@$(MAKE) --no-print-directory setup

# The main doors of the project; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test lint types format train eval bench broker clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements/runtime.lock requirements/develop.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements/develop.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m transforms.warm
	@touch $(STAMP)

install: $(STAMP) ## make .venv with the copydesk command in it

demo: install ## run the main job on seeds/ and ask DuckDB about what came out
	@rm -rf build/demo
	$(BIN)/copydesk ingest seeds/pages --output build/demo
	$(BIN)/copydesk query build/demo
	$(BIN)/copydesk query build/demo "SELECT published_date, agency, count(*) AS stories FROM stories GROUP BY ALL ORDER BY ALL"
	$(BIN)/copydesk verify build/demo

test: install lint types ## linters, types, layer contracts and all tests
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

format: install ## let ruff write the code's layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: install ## train the weights again from the corpus, an hour and a half on two cores; after changes remove build/segmentation first
	$(BIN)/python -m training.train
	$(BIN)/python -m training.dates

eval: install ## cross-validated tables: segmentation, dates, sources; trains as above if build/segmentation is gone
	$(BIN)/python -m training.evaluate
	$(BIN)/python -m training.dates --measure --threshold 0.6
	$(BIN)/python -m training.date_lines
	$(BIN)/python -m training.sources --rendering mixed

bench: install ## time copydesk beside the tools that people use, and write the README's table
	$(BIN)/python -m benchmarks --readme

broker: install ## start a real Kafka broker on loopback until Ctrl-C (Java 17, Maven)
	$(BIN)/python -m tests.broker

clean: ## remove what can be made again
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: build test lint docs fuzz mutants lock release clean

build: $(READY)
	$(BIN)/python scripts/build_release.py

test: $(READY) lint
	$(BIN)/python scripts/update_docs.py --check
	$(BIN)/onrecord validate
	$(BIN)/python -m pytest -n 2

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/check-jsonschema -q --check-metaschema schema/*.schema.json
	$(BIN)/check-jsonschema -q --schemafile schema/article.schema.json corpus/articles/*/*.json
	$(BIN)/check-jsonschema -q --schemafile schema/annotation.schema.json corpus/annotations/*/*.json
	$(BIN)/check-jsonschema -q --schemafile schema/splits.schema.json corpus/splits.json

release: $(READY)
	$(BIN)/python scripts/make_release.py
	$(BIN)/python -m hatchling build -t wheel

# Mutation testing of the checks. mutmut knows sources at the top level or in src/ only.
mutants: $(READY)
	$(BIN)/pip install -q -e '.[proof]'
	rm -rf dist/mutants && mkdir -p dist/mutants
	cp -r scripts dist/mutants/src
	cp -r pyproject.toml schema tests dist/mutants
	cd dist/mutants && PYTHONPATH= ../../$(BIN)/mutmut run --max-children 2 && ../../$(BIN)/mutmut results

fuzz: $(READY)
	$(BIN)/pip install -q -e '.[proof]'
	for kind in json text draft changes; do $(BIN)/python scripts/fuzz.py $$kind || exit 1; done

docs: $(READY)
	$(BIN)/python scripts/update_docs.py

lock: $(READY)
	$(BIN)/pip install -q --upgrade --upgrade-strategy eager -e '.[dev]'
	$(BIN)/pip freeze --exclude-editable | grep -v '^onrecord' > scripts/requirements.txt

$(READY): pyproject.toml scripts/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -r scripts/requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf dist $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

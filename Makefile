# The README's two commands are `make demo` and `make test`; all targets install what they need first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install model demo lab test fast check bench notebooks docs wheel corpora expected clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "policytext needs CPython 3.11 to 3.13; say which: make PYTHON=python3.12 install"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[notebooks,docs,dev]"
	@touch $(STAMP)

model: $(STAMP)
	$(BIN)/policytext models install

demo: model
	$(BIN)/policytext run studies/sample/study.toml --out out/sample
	$(BIN)/policytext run studies/provinces-2025/study.toml --out out/provinces-2025
	$(BIN)/policytext run studies/seeds/study.toml --out out/seeds
	@echo "Open out/provinces-2025/report.html, out/seeds/report.html or out/sample/report.html in a browser."

lab: model
	$(BIN)/jupyter lab notebooks

test: model
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

fast: $(STAMP)
	$(BIN)/python -m pytest -m "not slow and not shared"

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

wheel: $(STAMP)
	rm -rf dist && $(BIN)/python -m build --wheel --outdir dist .
	$(BIN)/python tests/install_wheel.py dist

bench: model
	for file in benchmarks/*.py; do $(BIN)/python $$file; done

corpora: model
	$(BIN)/python corpus/make_corpora.py $(RAW)

expected: model
	for name in method-checks sample seeds provinces-2025 provinces-2025-2026 state-council shanghai-2020-2026 hailar-2012-2019 land-policy; do env -u POLICYTEXT_RAW $(BIN)/policytext run studies/$$name --out out/$$name --quiet --expect || exit 1; done

notebooks: model
	for language in zh en; do $(BIN)/python notebooks/run_all.py --language $$language --save out/notebooks/$$language || exit 1; done

docs: notebooks
	$(BIN)/sphinx-build -q -W --keep-going docs docs/_build/html
	@echo "Open docs/_build/html/index.html in a browser."

clean:
	rm -rf dist build out docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# make serve   set up what is missing, build the graph, serve it   (PORT=8000)
# make test    set up and run everything that CI runs
# make check   format, lint, types and layers only
PYTHON ?= $(firstword $(shell command -v python3.11 python3))
PORT ?= 8000
BIN := .venv/bin
READY := .venv/.ready
BUNDLE := service/static/.vite/manifest.json

.PHONY: serve test check format lock clean

serve: $(BUNDLE)
	$(BIN)/foedus build
	$(BIN)/foedus serve --port $(PORT)

test: check
	$(BIN)/pytest -n auto

check: $(BUNDLE)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The environment is made anew when the lock or the project's metadata changes; a set-up that was
# cut short leaves no mark and is taken up again.
$(READY): requirements.lock pyproject.toml hatch_build.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $(READY)

$(BUNDLE): $(READY) $(shell find service/web -name node_modules -prune -o -type f -print)
	$(BIN)/python hatch_build.py
	touch $(BUNDLE)

# Needs uv; resolves for the oldest Python supported. The second lock leaves out what only tests need.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --no-annotate
lock:
	$(COMPILE) --group dev pyproject.toml --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock pyproject.toml --output-file requirements.serve.lock

clean:
	rm -rf .venv .editable service/static service/web/node_modules .foedus .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist

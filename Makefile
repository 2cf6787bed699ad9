# make run    sets up and serves http://localhost:8501 (PORT, DATABASE_URL and others: see README)
# make test   sets up and runs every test; PYTEST="-k due" picks some, TEST_DATABASE=15 uses Debian's PostgreSQL 15
# make lint   ruff, mypy, and the advisories about what we use where an index of them can be reached
# make bench  NAME=due [ROWS=1000000]: what is claimed about speed, measured

PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
# Options of pytest for this run, and of one bench.
PYTEST ?=
NAME ?=
ROWS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint bench

run: .venv/run
	$(BIN)/python -m core migrate
	$(BIN)/python -m core demo --if-empty
	exec $(BIN)/streamlit run dashboard/server.py --server.port "$(PORT)"

test: .venv/dev
	$(BIN)/python -m tests.programs
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(PYTEST)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.audit

bench: .venv/dev
	$(BIN)/python -m bench $(NAME) $(if $(ROWS),--rows $(ROWS))

# The stamps are written last: a set-up that was cut off starts again, one that is done takes no time.
.venv/run: requirements.txt constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt requirements.txt constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@ .venv/run

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Python cannot make a venv here: install python3-venv." >&2; exit 1; }

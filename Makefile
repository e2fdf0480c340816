# Thin names for `python -m course_tools.bootstrap COMMAND` (on Windows: `py -m course_tools.bootstrap COMMAND`).
# ARGS goes on to the program: make lab ARGS=--no-browser, make test ARGS="-k adam". CH is a chapter: make present CH=09.

# The first Python that runs and is new enough (a name on the path may be a shim that fails).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' >/dev/null 2>&1; then echo $$p; exit; fi; done; echo python3)

lab test notebooks slides present check grade bench bench-grade bench-widgets doctor clean venv:
	@$(PYTHON) -m course_tools.bootstrap $@ $(CH) $(ARGS)

# New pins, after a change of pyproject.toml or to move to newer versions; the author needs uv for it.
pins:
	uv pip compile $(PINS) --upgrade pyproject.toml -o requirements.txt
	uv pip compile $(PINS) --upgrade pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
PINS = --universal --fork-strategy fewest --no-header --no-annotate --no-emit-index-url --quiet

.PHONY: lab test notebooks slides present check grade bench bench-grade bench-widgets doctor clean venv pins

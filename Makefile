# demo and test do all the set-up; check and fix are for who changes the code.
PYTHON ?= python3
BIN := .venv/bin
EXTRAS := cpu,ocr,dev

.PHONY: demo test check fix install clean

demo: .venv/installed
	$(BIN)/xuanji models prepare --home .xuanji
	$(BIN)/ingest catalog --home .xuanji
	$(BIN)/xuanji ask --home .xuanji "How much is the K200 kettle and is it in stock?"
	$(BIN)/xuanji ask --home .xuanji "What do I pay for express delivery inside the EU?"
	$(BIN)/xuanji ask --home .xuanji "破壁机保修多久？"
	$(BIN)/xuanji ask --home .xuanji "B650 屏幕上出现 E6，该怎么处理？"
	$(BIN)/xuanji ask --home .xuanji "Do you sell pianos?"
	@echo "Next: $(BIN)/xuanji serve --home .xuanji, and open http://127.0.0.1:8000"

test: .venv/installed
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: .venv/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: .venv/installed

# one file says that everything is in; a changed dependency makes it anew
.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Xuanji needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 demo"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt pip setuptools wheel
	@echo "Installing packages; llama.cpp is compiled here, which takes about ten minutes the first time."
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(EXTRAS)]'
	touch $@

clean:
	rm -rf .venv .xuanji .xuanji-test

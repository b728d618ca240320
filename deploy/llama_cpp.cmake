# llama-cpp-python insists on llama.cpp's "common" library, which only its programs call; a plain variable outdoes that.
set(LLAMA_BUILD_COMMON OFF)

"""The outside: settings, the command line, HTTP."""

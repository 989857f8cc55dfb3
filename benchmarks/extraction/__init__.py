"""The cost of extraction beside that of the usual ways: `make bench`."""

"""The API as a whole: its description, its pages, and what a stranger or a fuzzer makes of it."""

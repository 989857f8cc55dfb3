"""The command line: from words to options, and from pictures to files."""

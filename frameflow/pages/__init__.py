"""What every page for people shares: its frame, its numbers in words, fragments, refusals."""

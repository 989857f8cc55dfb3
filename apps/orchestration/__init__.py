"""Orchestration: the saga that says how each extraction ends."""

"""The five bounded contexts."""

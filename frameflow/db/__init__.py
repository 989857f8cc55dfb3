"""One Postgres schema and one alias for each context."""

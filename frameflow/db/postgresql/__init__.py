"""Django's Postgres backend, confined to one schema."""

"""Settings: `dev` (one machine, the default), `test`, `prod` (refuses insecure values)."""

"""Videos over HTTP, for developers."""

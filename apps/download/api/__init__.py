"""ZIP, manifest and frames over HTTP."""

"""Download: the Archive of each extraction, its ZIP, its manifest and its frames."""

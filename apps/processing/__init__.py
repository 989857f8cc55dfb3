"""Processing: extracts the frames of one video, exactly, whatever dies meanwhile."""

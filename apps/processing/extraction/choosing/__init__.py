"""Which frames are wanted: pure arithmetic, no decoder."""

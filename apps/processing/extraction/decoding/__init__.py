"""From packets to the wanted frames, the cheap way or the sure way."""

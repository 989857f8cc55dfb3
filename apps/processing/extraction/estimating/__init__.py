"""What an extraction will cost, reckoned from a little of its work."""

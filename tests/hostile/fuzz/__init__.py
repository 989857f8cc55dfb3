"""Videos bent at random, through the real supervisor and the real cage."""

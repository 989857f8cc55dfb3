"""Upload: takes a video in and is the door for every wish about it."""

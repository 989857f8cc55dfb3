"""The timeline of a video, for developers."""

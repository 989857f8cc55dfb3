"""What a video is, and where in its file things lie."""

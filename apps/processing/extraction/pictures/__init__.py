"""From the pixels of a frame to an image file."""

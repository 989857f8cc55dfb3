"""What supervisor and child say to each other."""

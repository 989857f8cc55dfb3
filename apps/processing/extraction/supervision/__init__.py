"""The side that is trusted: starts a child, feeds it, watches its clock, checks its words."""

"""The side that is not: confined, it runs the engine over descriptors."""

"""Videos that mean harm, and what becomes of them in the cage and without it."""

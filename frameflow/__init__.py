"""Composition root and platform of Frame Flow."""

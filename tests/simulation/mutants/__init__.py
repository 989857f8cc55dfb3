"""Mutants: patches that each take one guard from the product. A simulation that lets one live is
blind to what that guard is for.

A patch begins with what it takes away, and names the rung that is to see it first. It is applied
to a copy, never to the tree itself.
"""

"""Whole schedules of what may happen, drawn from a seed, and the promises that must hold in each.

Rung 1 plays the transition tables and the protocol of the bus over memory; rung 2 the handlers
and services of the product over real Postgres. Both share what lies in this folder.
"""

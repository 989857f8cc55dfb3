"""Rung 1: the tables and the protocol of the bus over memory, thousands of schedules a minute."""

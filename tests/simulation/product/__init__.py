"""Rung 2: the product's own handlers, services, tasks, relay and consumer over real Postgres.

In memory are only the network, the object store, the queue of wake-ups and the decoding engine.
"""

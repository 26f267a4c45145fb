"""Webhooks: what happened here, told to programs elsewhere, signed as Standard Webhooks says.

An event and its deliveries are rows of the transaction in which it happened. They are sent at least once and in no
order: a receiver tells a repetition by ``webhook-id``.
"""

"""Bring footage in: uploads, links, subscriptions, watched folders."""

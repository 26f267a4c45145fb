"""The HTTP interface: routers joined, and what holds for all of them."""

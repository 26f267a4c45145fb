"""Whatever Cutroom sends to, or fetches from, an address that a person wrote goes out through here.

:mod:`~cutroom.core.egress.addresses` says where one may connect to, :mod:`~cutroom.core.egress.fetching` asks for us,
and :mod:`~cutroom.core.egress.proxy` holds programs of others to the same rule.
"""

"""The directory of services for anybody: no account, no cookie, no query in an address. Keeps nothing of a search."""

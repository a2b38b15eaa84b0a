"""People as one agency knows them, sealed, found by exact token. Refuses a master person across agencies."""

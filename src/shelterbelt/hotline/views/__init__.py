"""Pages of the hotline for workers: what came without an account, contacts, and what is counted."""

"""The public page: help now. Refuses to know who reads it."""

"""Shelterbelt: the shared system of a coordinated, survivor-centred response to intimate partner violence."""

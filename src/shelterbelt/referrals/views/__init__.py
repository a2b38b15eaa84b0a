"""Pages of contact, the second door, the directory and referrals: load, one call, answer."""

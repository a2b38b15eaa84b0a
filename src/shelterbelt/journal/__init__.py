"""A survivor's own record: what they wrote down and kept for themselves, and what they gave away of it, to whom."""

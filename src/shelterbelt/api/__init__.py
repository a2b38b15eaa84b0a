"""How other programs come in: tokens for an agency's own systems, cases, work, grants, referrals, proofs, lists as files."""

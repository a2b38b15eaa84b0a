"""Contact requests, consultations, the directory and referrals. Refuses to contact anyone who said no."""

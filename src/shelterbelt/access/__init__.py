"""Workers, their sign-in and their permissions. Refuses a superuser."""

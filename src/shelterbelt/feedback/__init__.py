"""How it was, said by those who were helped. Refuses to show what few have said."""

"""How long records are kept, what holds them, and their erasure. Refuses to erase what a hold or the law keeps."""

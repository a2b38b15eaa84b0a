"""How pages look and speak, and the clock at the door. Decides nothing about people."""

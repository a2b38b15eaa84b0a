"""How a survivor is reached: shows little, and never the code word. A change waits until a person has checked it."""

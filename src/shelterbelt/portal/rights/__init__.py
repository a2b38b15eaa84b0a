"""The room of rights and options: dated pages of the library, and what people may have to report. Gives no advice."""

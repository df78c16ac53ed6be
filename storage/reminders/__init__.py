"""Posyandu day in the book: what is due is read, written to the outbox once, and withdrawn when it is right no more."""

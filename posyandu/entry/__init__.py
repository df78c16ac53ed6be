"""Reading what a kader types."""

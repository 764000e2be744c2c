"""What outside endpoints say of the terms that things here map to."""

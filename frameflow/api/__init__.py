"""What every endpoint shares: problems (RFC 9457), pages of a list, health."""

"""What the whole product bears: uploads through its API, at rising rates and for a long time."""

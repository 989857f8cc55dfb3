"""Accounts: who a person is, the tokens they hold, the mail they asked for."""

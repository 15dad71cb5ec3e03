"""Proof that who follows the changes has what a full read gives: random editors, followers that stop and resume, a judge."""

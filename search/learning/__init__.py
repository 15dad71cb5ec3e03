"""What the academy learns from searches without learning who searched: counts, proposals, what editors put first."""

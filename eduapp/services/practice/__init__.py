"""The practice county: invented schools and what they hand over."""

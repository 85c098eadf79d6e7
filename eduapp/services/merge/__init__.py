"""The pure core of the merge: the set, the decisions, what they amount to."""

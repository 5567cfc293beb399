"""Judging a child's risk: the questions, the decision, what was judged before."""

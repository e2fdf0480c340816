"""A JupyterLab and a Chromium of one's own, for tests and benchmarks of what a learner sees."""

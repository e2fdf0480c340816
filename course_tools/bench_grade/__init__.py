"""`course bench-grade`: what grading costs, beside nbgrader where it is there, and the page docs/benchmarks-grading.md.

``sheets.py`` and ``hostile.py`` are the notebooks; the tests grade them too.
"""

"""The authoring and teaching side of the course: build, check, grade.

Nothing in ``course_utils`` and no lesson imports this package, so a learner never needs it.
"""

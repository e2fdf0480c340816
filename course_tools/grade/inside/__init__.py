"""What runs inside the jail: a server that has NumPy and matplotlib loaded, and a child for each submission.

Nothing here knows a right answer, and nothing here decides. The code of a submission shares the child's memory and may
do with it what it likes: what comes out are values, which the grader outside holds to the reference. This folder
imports nothing of the rest of the project but ``course_utils``, which learners have too.
"""

"""Grade submissions with the questions of the chapters, on inputs the learner has not seen."""

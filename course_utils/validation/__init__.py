"""Choosing honestly: splits, folds, curves, range test, search, paired comparison, and the luck of the best."""

from course_utils.validation.comparing import Comparison, compare
from course_utils.validation.folds import cross_validate, kfold
from course_utils.validation.learning_curve import LearningCurve, learning_curve
from course_utils.validation.lr_range import RangeTest, lr_range_test, on_batches
from course_utils.validation.sampling import Choice, LogUniform, OneMinusLogUniform, Sampler, Uniform
from course_utils.validation.search import Search, Trial, draw, grid_search, random_search, successive_halving
from course_utils.validation.splits import grouped_split, random_split, stratified_split, time_split
from course_utils.validation.winners import chance_of_top, expected_best, trials_needed

__all__ = [
    "Choice",
    "Comparison",
    "LearningCurve",
    "LogUniform",
    "OneMinusLogUniform",
    "RangeTest",
    "Sampler",
    "Search",
    "Trial",
    "Uniform",
    "chance_of_top",
    "compare",
    "cross_validate",
    "draw",
    "expected_best",
    "grid_search",
    "grouped_split",
    "kfold",
    "learning_curve",
    "lr_range_test",
    "on_batches",
    "random_search",
    "random_split",
    "stratified_split",
    "successive_halving",
    "time_split",
    "trials_needed",
]

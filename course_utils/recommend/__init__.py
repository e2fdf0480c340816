"""Recommenders: what will this user think of that item? From means to factors to towers (chapter 21)."""

from course_utils.recommend.als import fit_als
from course_utils.recommend.biases import least_squares_biases, simple_biases
from course_utils.recommend.factors import Factors, Fit, objective
from course_utils.recommend.sgd import fit_sgd, sgd_step
from course_utils.recommend.two_tower import TwoTower

__all__ = [
    "Factors",
    "Fit",
    "TwoTower",
    "fit_als",
    "fit_sgd",
    "least_squares_biases",
    "objective",
    "sgd_step",
    "simple_biases",
]

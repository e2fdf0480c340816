"""Layers, one idea a file: forward and backward side by side, parameters as views into one flat vector."""

from course_utils.layers.activations import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from course_utils.layers.base import Layer
from course_utils.layers.dense import Dense
from course_utils.layers.sequential import Sequential

__all__ = ["GELU", "Dense", "Layer", "LeakyReLU", "ReLU", "Sequential", "Sigmoid", "Softmax", "Tanh"]

"""Layers, one idea a file: forward and backward side by side, parameters as views into one flat vector."""

from course_utils.layers.activations import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from course_utils.layers.attention import MultiHeadAttention
from course_utils.layers.base import Layer
from course_utils.layers.batchnorm import BatchNorm
from course_utils.layers.conv import Conv2d
from course_utils.layers.dense import Dense
from course_utils.layers.dropout import Dropout
from course_utils.layers.embedding import Embedding
from course_utils.layers.flatten import Flatten
from course_utils.layers.gru import GRU
from course_utils.layers.layernorm import LayerNorm
from course_utils.layers.lstm import LSTM
from course_utils.layers.masked import LastState, MaskedMean, Masking, mask_from_lengths
from course_utils.layers.pooling import AvgPool2d, GlobalAveragePool, MaxPool2d
from course_utils.layers.positional import Positional, sinusoids
from course_utils.layers.residual import Residual
from course_utils.layers.rnn import RNN
from course_utils.layers.sequential import Sequential
from course_utils.layers.transformer import TransformerBlock

__all__ = [
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "AvgPool2d",
    "BatchNorm",
    "Conv2d",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePool",
    "LastState",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "MaskedMean",
    "Masking",
    "MaxPool2d",
    "MultiHeadAttention",
    "Positional",
    "ReLU",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "TransformerBlock",
    "mask_from_lengths",
    "sinusoids",
]

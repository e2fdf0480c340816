"""Data: small sets drawn with a generator, digits that ship with the course, and loaders of real sets.

Everything but MNIST, IMDB and MovieLens works offline; those are downloaded once, see :mod:`course_utils.data.cache`.
"""

from course_utils.data.digits import Digits, load_digits
from course_utils.data.features import sparse_features, wilson
from course_utils.data.imdb import Imdb, load_imdb
from course_utils.data.mnist import Mnist, load_mnist
from course_utils.data.movielens import MovieLens, load_movielens
from course_utils.data.ratings import Ratings, simulated_ratings
from course_utils.data.sentiment import Sentiment, load_sentiment
from course_utils.data.sequences import copying, sorting
from course_utils.data.text import Padded, encode, tokenize, vocabulary
from course_utils.data.toy import Line, Points, blobs, line, moons, published_line, spirals, xor

__all__ = [
    "Digits",
    "Imdb",
    "Line",
    "Mnist",
    "MovieLens",
    "Padded",
    "Points",
    "Ratings",
    "Sentiment",
    "blobs",
    "copying",
    "encode",
    "line",
    "load_digits",
    "load_imdb",
    "load_mnist",
    "load_movielens",
    "load_sentiment",
    "moons",
    "published_line",
    "simulated_ratings",
    "sorting",
    "sparse_features",
    "spirals",
    "tokenize",
    "vocabulary",
    "wilson",
    "xor",
]

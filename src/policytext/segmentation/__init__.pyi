from .decoder import Decoder as Decoder
from .decoder import TokenSpans as TokenSpans
from .segment import CutSegmenter as CutSegmenter
from .segment import get_segmenter as get_segmenter
from .weights import SegmenterModel as SegmenterModel
from .weights import full_model_folder as full_model_folder
from .weights import load_model as load_model

__all__ = [
    "CutSegmenter",
    "Decoder",
    "SegmenterModel",
    "TokenSpans",
    "full_model_folder",
    "get_segmenter",
    "load_model",
]

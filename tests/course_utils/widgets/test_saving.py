"""Saved notebooks keep pictures in place of live views."""

from course_utils.widgets.saving import VIEW, keep_pictures


def notebook(*outputs):
    return {"type": "notebook", "content": {"cells": [{"source": "text"}, {"outputs": list(outputs)}]}}


def test_the_live_view_gives_way_to_the_image():
    model = notebook({"data": {VIEW: {}, "image/png": "...", "text/plain": "says"}}, {"text": "printed"})
    keep_pictures(model, path="a.ipynb", contents_manager=None)
    assert model["content"]["cells"][1]["outputs"][0]["data"] == {"image/png": "...", "text/plain": "says"}


def test_a_widget_without_an_image_is_left_as_it_is():
    model = notebook({"data": {VIEW: {}, "text/plain": "IntSlider()"}})
    keep_pictures(model)
    assert VIEW in model["content"]["cells"][1]["outputs"][0]["data"]


def test_other_files_are_left_alone():
    keep_pictures({"type": "file", "content": "text"})
    keep_pictures({"type": "notebook", "content": None})

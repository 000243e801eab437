"""The uploader without a browser: what may be asked for on its channel, and where finished files go."""

from __future__ import annotations

import hashlib
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from l4e_widgets.core.errors import L4EError
from l4e_widgets.services.context import open_context
from l4e_widgets.services.library import Workspace
from l4e_widgets.services.uploads import BLOCK, list_uploads
from l4e_widgets.widgets.parts.upload_model import UploadModel
from l4e_widgets.widgets.parts.uploader import STATIC, Uploader

CONTENT = random.Random(9).randbytes(BLOCK + 5)
BLOCKS = [hashlib.sha256(CONTENT[at : at + BLOCK]).hexdigest() for at in (0, BLOCK)]
BEGIN = {"verb": "open", "name": "Größe <b>.csv", "size": len(CONTENT), "fingerprint": "1"}
needs_front_end = pytest.mark.skipif(not STATIC.joinpath("uploader.js").is_file(), reason="the front end is not built")


def uploaded(model: UploadModel) -> str:
    upload_id = model.answer(BEGIN, [])["id"]
    model.answer({"verb": "chunk", "id": upload_id, "offset": BLOCK}, [memoryview(CONTENT[BLOCK:])])
    model.answer({"verb": "chunk", "id": upload_id, "offset": 0}, [CONTENT[:BLOCK]])
    assert model.answer({"verb": "close", "id": upload_id, "blocks": BLOCKS}, [])["done"]
    return upload_id


def test_a_finished_file_goes_to_the_folder_and_can_be_observed(tmp_workspace, tmp_path):
    model = UploadModel(tmp_path / "data")
    seen = []
    model.observe(lambda change: seen.append(change["new"]), names=["files"])
    upload_id = uploaded(model)
    assert seen == []
    assert model.answer({"verb": "finished", "id": upload_id}, [])["name"] == "Größe _b_.csv"
    assert model.answer({"verb": "finished", "id": upload_id}, [])["name"] == "Größe _b_.csv"
    assert len(seen) == 1
    (file,) = model.files
    assert (file.path, file.size) == (tmp_path / "data" / "Größe _b_.csv", len(CONTENT))
    assert (file.path.read_bytes(), file.sha256) == (CONTENT, hashlib.sha256(CONTENT).hexdigest())
    assert list_uploads(open_context(tmp_workspace)) == ()
    model.answer({"verb": "remove", "id": upload_id}, [])
    assert model.files == ()
    assert file.path.read_bytes() == CONTENT


def test_in_a_workspace_it_waits_in_the_inbox_until_it_is_removed(tmp_path):
    context = open_context(tmp_path / "plant")
    model = UploadModel(context)
    upload_id = uploaded(model)
    model.answer({"verb": "finished", "id": upload_id}, [])
    assert [file.path for file in model.files] == [one.path for one in list_uploads(context)]
    assert model.files[0].path.read_bytes() == CONTENT
    model.answer({"verb": "remove", "id": upload_id}, [])
    assert (model.files, list_uploads(context)) == ((), ())


@pytest.mark.parametrize(
    ("message", "buffers"),
    [
        ({"verb": "chunk", "offset": -1}, [b"x"]),
        ({"verb": "chunk", "offset": 10**9}, [b"x"]),
        ({"verb": "chunk", "offset": "0"}, [b"x"]),
        ({"verb": "chunk"}, [b"x"]),
        ({"verb": "chunk", "offset": 0}, []),
        ({"verb": "chunk", "offset": 0}, [b""]),
        ({"verb": "chunk", "offset": 0}, [bytes(17 * 2**20)]),
        ({"verb": "chunk", "offset": 0, "id": "../x"}, [b"x"]),
        ({"verb": "close", "blocks": "x"}, []),
        ({"verb": "finished"}, []),
        ({"verb": "finished", "id": ["x"]}, []),
        ({"verb": "open", "name": "../x", "size": -1, "fingerprint": ""}, []),
        ({"verb": "open"}, []),
        ({"verb": "delete"}, []),
        ({"verb": ["open"]}, []),
        ({}, []),
    ],
)
def test_what_a_browser_should_not_ask_is_refused_and_nothing_is_written(tmp_path, message, buffers):
    model = UploadModel(open_context(tmp_path / "plant"))
    upload_id = model.answer(BEGIN, [])["id"]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(L4EError, match=r"\.$"):
        model.answer({"id": upload_id, **message}, buffers)
    assert sorted(tmp_path.rglob("*")) == before


@needs_front_end
def test_the_widget_answers_each_question_once_and_tells_its_kind_of_refusal(tmp_workspace, tmp_path, no_widget_left):
    widget = Uploader(to=tmp_path / "data")
    sent: list[dict[str, Any]] = []
    answered = threading.Semaphore(0)

    def send(content: dict[str, Any], buffers: object = None) -> None:
        sent.append(content)
        answered.release()

    widget.send = send

    def ask(message: dict[str, Any], *buffers: bytes) -> dict[str, Any]:
        widget._handle_custom_msg({"kind": "upload", "view": "v", "seq": len(sent), **message}, list(buffers))
        assert answered.acquire(timeout=30)
        assert (sent[-1]["kind"], sent[-1]["view"], sent[-1]["seq"]) == ("answer", "v", len(sent) - 1)
        return sent[-1]

    upload_id = ask(BEGIN)["answer"]["id"]
    assert ask({"verb": "chunk", "id": "0" * 32, "offset": 0}, b"x")["code"] == "not_found"
    ask({"verb": "chunk", "id": upload_id, "offset": 0}, CONTENT)
    assert ask({"verb": "close", "id": upload_id, "blocks": BLOCKS})["answer"]["missing"] == ()
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), names=["files"])
    assert ask({"verb": "finished", "id": upload_id})["answer"] == {"name": "Größe _b_.csv"}
    assert [one.path.read_bytes() for one in seen[-1]] == [CONTENT]
    assert [one["name"] for one in widget.told["files"]] == ["Größe <b>.csv"]
    widget._handle_custom_msg({"kind": "other"}, [])
    widget._handle_custom_msg("nonsense", [])
    assert len(sent) == 5
    bundle, _ = widget._repr_mimebundle_()
    assert "Größe <b>.csv, 4.2 MB, sha256 " in bundle["text/plain"]
    assert "Größe &lt;b&gt;.csv" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    layout = widget.layout
    widget.close()
    layout.close()


@needs_front_end
def test_a_workspace_can_be_given_as_the_library_has_it(tmp_path, no_widget_left):
    workspace = Workspace(tmp_path)
    widget = Uploader(to=workspace)
    assert widget.model.context is workspace.context
    assert Path(tmp_path, "inbox", "marks", widget.told["mark"]).is_file()
    layout = widget.layout
    widget.close()
    layout.close()

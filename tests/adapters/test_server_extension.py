"""The Jupyter server extension: found by its configuration file, its handlers below the server's path."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import SimpleNamespace

from tornado.web import Application

ROOT = Path(__file__).resolve().parents[2]


def test_the_configuration_file_names_a_module_that_is_an_extension():
    config = json.loads((ROOT / "jupyter_config" / "l4e_widgets.json").read_text(encoding="utf-8"))
    (name,) = config["ServerApp"]["jpserver_extensions"]
    module = importlib.import_module(name)
    assert module._jupyter_server_extension_points() == [{"module": name}]
    assert "jupyter_config/l4e_widgets.json" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_its_handlers_stand_below_the_servers_base_url():
    module = importlib.import_module("l4e_widgets.adapters.server_extension")
    application = Application(base_url="/jupyterlab/default/")
    module._load_jupyter_server_extension(SimpleNamespace(web_app=application))
    (ours, *mounted, _) = application.default_router.rules
    assert [rule.matcher.regex.pattern for rule in ours.target.rules] == [
        "/jupyterlab/default/l4e/upload/?$",
        "/jupyterlab/default/l4e/upload/([0-9a-zA-Z]{1,64})$",
        "/jupyterlab/default/l4e/upload/([0-9a-zA-Z]{1,64})/close$",
    ]
    patterns = [rule.matcher.regex.pattern for rule in mounted]
    assert patterns == ["/jupyterlab/default/l4e$", "/jupyterlab/default/l4e/.*$"], "after the uploads"

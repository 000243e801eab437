"""A bare page that shows widgets of ours: the browser is real, the kernel is this process, no server between them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parents[2] / "l4e_widgets" / "static"
PAGE = """async ([script, style, states, theme]) => {
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  document.body.style.margin = 0;
  document.body.dataset.l4eTheme = theme;
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const read = (value) => (value && value.base64 !== undefined ? bytes(value.base64) : value);
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const module = await import(url);
  window.sent = [];
  window.ends = [];
  window.handlers = [];
  window.models = states.map((state, place) => {
    const handlers = {};
    window.handlers.push(handlers);
    const tell = (name, ...what) => [...(handlers[name] ?? [])].forEach((act) => act(...what));
    const take = (news) => {
      for (const [kind, name, value] of news) {
        if (kind === "trait") state[name] = value;
      }
      for (const [kind, name, value] of news) {
        if (kind === "trait") tell(`change:${name}`);
        else tell("msg:custom", name, value.map(read));
      }
    };
    let dirty = {};
    return {
      take,
      get: (name) => read(state[name]),
      set: (name, value) => {
        state[name] = dirty[name] = value;
        tell(`change:${name}`);
      },
      save_changes: async () => {
        const changes = dirty;
        dirty = {};
        take(await window.save(place, changes));
      },
      on: (name, act) => (handlers[name] ??= new Set()).add(act),
      off: (name, act) => handlers[name]?.delete(act),
      send: async (message, _, buffers) => {
        window.sent.push(message);
        const texts = (buffers ?? []).map((one) => {
          let text = "";
          for (const byte of new Uint8Array(one)) text += String.fromCharCode(byte);
          return btoa(text);
        });
        take(await window.ask(place, message, texts));
      },
    };
  });
  for (const model of window.models) {
    const el = document.body.appendChild(document.createElement("div"));
    el.dataset.l4eTheme = theme;
    window.ends.push(module.default.render({ model, el }));
  }
  window.left = () => window.handlers.flatMap((one) => Object.values(one)).reduce((sum, set) => sum + set.size, 0);
}"""


def _sent(value: Any) -> Any:
    """Value as it travels; bytes as base64."""
    if isinstance(value, (bytes, memoryview)):
        return {"base64": base64.b64encode(value).decode()}
    return value


class BarePage:
    """Shows widgets on a page of a browser and carries what they say to each other.

    Parameters
    ----------
    page : Page
        Playwright's page.
    *widgets : AnyWidget
        From top to bottom.
    theme : str
        light or dark.
    """

    def __init__(self, page: Any, *widgets: Any, theme: str = "light") -> None:
        self.page, self.widgets = page, widgets
        self.complaints: list[str] = []
        self._outbox: list[list[list[Any]]] = [[] for _ in widgets]
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.expose_function("ask", self._ask)
        page.expose_function("save", self._save)
        states = []
        for place, widget in enumerate(widgets):
            names = [name for name in widget.keys if not name.startswith("_") and name not in ("layout", "comm")]
            states.append({name: _sent(getattr(widget, name)) for name in names if name not in ("tabbable", "tooltip")})
            widget.observe(lambda change, place=place: self._changed(place, change), names=list(states[-1]))
            widget.send = lambda content, buffers=None, place=place: self._outbox[place].append(
                ["message", content, [_sent(one) for one in buffers or []]]
            )
        script, style = (STATIC.joinpath(name).read_text(encoding="utf-8") for name in ("chart.js", "l4e.css"))
        page.evaluate(PAGE, [script, style, states, theme])

    def close(self) -> None:
        """Take the widgets off the page."""
        self.page.evaluate("() => window.ends.forEach((end) => end())")

    def push(self, place: int = 0) -> None:
        """Send what a widget has changed on its own, as a running kernel does by itself."""
        self.page.evaluate("([place, news]) => window.models[place].take(news)", [place, self._taken(place)])

    def _changed(self, place: int, change: Any) -> None:
        self._outbox[place].append(["trait", change["name"], _sent(change["new"])])

    def _taken(self, place: int) -> list[list[Any]]:
        taken, self._outbox[place] = self._outbox[place], []
        return taken

    def _ask(self, place: int, message: Any, buffers: list[str]) -> list[list[Any]]:
        content = [memoryview(base64.b64decode(one)) for one in buffers]
        self.widgets[place]._handle_custom_msg(message, content)
        return self._taken(place)

    def _save(self, place: int, changes: dict[str, Any]) -> list[list[Any]]:
        self.widgets[place].set_state(changes)
        own = [["trait", name, _sent(value)] for name, value in changes.items()]
        return [news for news in self._taken(place) if news not in own]

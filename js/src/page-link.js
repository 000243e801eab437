/** Keeps the address of the browser in step with what the page shows, and tells the kernel when the user goes back. */

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.hidden = true;

  const show = () => {
    const query = model.get("query");
    const address = `${location.pathname}${query ? `?${query}` : ""}`;
    if (model.get("title")) document.title = model.get("title");
    if (address === `${location.pathname}${location.search}`) return;
    if (model.get("is_step")) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  };
  const onBack = () => model.send({ act: "address", value: location.search.slice(1) });

  model.on("change:query", show);
  model.on("change:title", show);
  window.addEventListener("popstate", onBack);
  show();
  return () => {
    model.off("change:query", show);
    model.off("change:title", show);
    window.removeEventListener("popstate", onBack);
  };
}

export default { render };

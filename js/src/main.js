// What the notebook loads: one module for the chart and for the label editor, which is a chart with more around it.
import { renderLabelEditor } from "./label-editor.js";
import widget from "./widget.js";

export default {
  /** @param {{model: any, el: HTMLElement}} context */
  render: (context) => (context.model.get("editor") ? renderLabelEditor(context) : widget.render(context)),
};

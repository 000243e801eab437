// Everything a chart listens to is noted here, so that one call takes all of it away.

export function createListeners() {
  /** @type {(() => void)[]} */
  const undo = [];
  return {
    /**
     * @param {EventTarget} target
     * @param {string} type
     * @param {(event: any) => void} handler
     * @param {AddEventListenerOptions} [options]
     */
    on(target, type, handler, options) {
      target.addEventListener(type, handler, options);
      undo.push(() => target.removeEventListener(type, handler, options));
    },
    /** @param {() => void} action what to do at the end */
    add(action) {
      undo.push(action);
    },
    dispose() {
      for (const action of undo.splice(0).reverse()) action();
    },
  };
}

/** @typedef {ReturnType<typeof createListeners>} Listeners */

/** Waiting that can be cut short: by new work, by the network coming back, by the page being looked at again. */
export class Pause {
  #wake = null;

  constructor() {
    const wake = () => this.wake();
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", () => document.hidden || wake());
  }

  /** Resolves after `ms` milliseconds, or as soon as someone calls `wake`. */
  for(ms) {
    if (ms <= 0) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  wake() {
    this.#wake?.();
    this.#wake = null;
  }
}

/** How long to wait before trying again after `failures` failures in a row: 1, 2, 4, 8, 10, 10 ... seconds. */
export const patience = (failures) => Math.min(1000 * 2 ** (failures - 1), 10_000);

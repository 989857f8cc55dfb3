// Sends one file after the other. What is paused waits beside; where the session ended, all wait.
export class Queue {
  #files = [];
  #isBusy = false;

  async add(...sendings) {
    this.#files.push(...sendings);
    await this.turn();
  }

  // Called whenever something waits that did not.
  async turn() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let next; (next = this.#next()); ) await next.run();
    this.#isBusy = false;
  }

  #next() {
    if (this.#files.some(({ state }) => state === 'ended')) return undefined;
    return this.#files.find(({ state }) => state === 'waiting');
  }
}

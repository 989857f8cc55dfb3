// How long a file will take yet, from how fast it went: an exponential average, which nobody sees
// before there is something to go by, and while nothing moves.
const SHOWN_AFTER_MS = 3000;
const STALLED_AFTER_MS = 10_000;
const STEP_MS = 250;
const REMEMBERED_MS = 4000;

export class Pace {
  #rate; // bytes in a millisecond
  #began;
  #at;
  #sent;

  begin(sent, now) {
    this.#rate = undefined;
    [this.#began, this.#at, this.#sent] = [now, now, sent];
  }

  note(sent, now) {
    const spent = now - this.#at;
    if (spent < STEP_MS || sent <= this.#sent) return;
    const rate = (sent - this.#sent) / spent;
    const weight = 1 - Math.exp(-spent / REMEMBERED_MS);
    this.#rate = this.#rate === undefined ? rate : this.#rate + weight * (rate - this.#rate);
    [this.#at, this.#sent] = [now, sent];
  }

  // Seconds; undefined where nothing can be said.
  left(total, now) {
    const isKnown = this.#rate && now - this.#began >= SHOWN_AFTER_MS && now - this.#at <= STALLED_AFTER_MS;
    return isKnown && this.#sent < total ? (total - this.#sent) / this.#rate / 1000 : undefined;
  }
}

// What a person wishes of the files that are sent: the options of the form, and what comes of them.
import { fill, number } from '../frameflow/words.js';
import { expected, facts, inWords, moment } from './estimate.js';
import { recall } from './kept.js';
import { button, warn } from './warning.js';

const NO_WISHES = ['file', 'csrfmiddlewaretoken'];
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// `1:30` in seconds, as the API has it; what cannot be read is left for the server to refuse.
function seconds(text) {
  const found = moment(text);
  return Number.isFinite(found) ? String(Number(found.toFixed(3))) : text;
}

export class Wishes {
  #form;
  #atFirst;
  #film; // what is known of the file that was chosen last

  constructor(form) {
    this.#form = form;
    this.#atFirst = this.now();
    form.addEventListener('input', ({ target }) => { target.removeAttribute('aria-invalid'); this.#estimate(); });
  }

  // By name, as the metadata of an upload.
  now() {
    const said = [...new FormData(this.#form)].filter(([name, value]) => value && !NO_WISHES.includes(name));
    const read = { start: seconds, end: seconds, distinct: () => 'true' };
    return Object.fromEntries(said.map(([name, value]) => [name, read[name]?.(value) ?? value]));
  }

  // What to send a file with, asked when its turn comes. An upload goes on with the wishes that it
  // began with; whoever has others by now begins anew, and `forget` is told of the old one.
  async plan(file, { who, probed, forget, again }) {
    const [kept, options] = [recall(file, who), this.now()];
    const looking = facts(file).then((film) => { this.#film = film; this.#estimate(); if (film) probed(film); });
    if (kept && (same(options, this.#atFirst) || same(options, kept.options))) return kept;
    if (kept) forget(kept);
    await looking;
    return this.#fits(() => again(file)) ? { options } : undefined;
  }

  // Open the options at those that were refused; no name: they do not go together.
  pointAt(names) {
    for (const name of names) {
      const field = this.#form.elements[name || 'end'];
      field?.setAttribute?.('aria-invalid', 'true');
      field?.closest?.('details')?.setAttribute('open', '');
    }
  }

  // More frames than the limit: say so before a byte is sent, with the interval that fits.
  #fits(again) {
    const { dataset: words, elements } = this.#form;
    const found = expected(this.#film, elements);
    const limit = Number(words.maxFrames);
    if (!found || found.frames <= limit) return true;
    const interval = Math.ceil(found.span / limit);
    const fix = button(fill(words.useInterval, { n: number(interval) }), () => { elements.interval.value = interval; again(); });
    warn(fill(words.tooMany, { n: number(found.frames) }), fix);
    return false;
  }

  #estimate() {
    document.getElementById('estimate').textContent = inWords(expected(this.#film, this.#form.elements), this.#form.dataset.estimate);
  }
}

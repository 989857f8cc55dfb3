// What a person wishes of the files that are sent: the options of the form, and what comes of them.
import { duration, fill, number, size } from '../frameflow/words.js';
import { recall } from './sending.js';

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
  // began with; whoever has others by now begins anew, and the old one is forgotten then.
  async plan(file, { who, probed, forget, tooMany }) {
    const [kept, options] = [recall(file, who), this.now()];
    const looking = facts(file).then((film) => { this.#film = film; this.#estimate(); if (film) probed(film); });
    if (kept && (same(options, this.#atFirst) || same(options, kept.options))) return kept;
    await looking;
    return this.#fits(tooMany) ? { options, instead: kept && (() => forget(kept)) } : undefined;
  }

  // Open the options at those that were refused; no name: they do not go together.
  pointAt(names) {
    for (const name of names) {
      const field = this.#form.elements[name || 'end'];
      field?.setAttribute?.('aria-invalid', 'true');
      field?.closest?.('details')?.setAttribute('open', '');
    }
  }

  // More frames than the limit: tell of it before a byte is sent, with the interval that fits.
  #fits(tooMany) {
    const found = expected(this.#film, this.#form.elements);
    const limit = Number(this.#form.dataset.maxFrames);
    if (!found || found.frames <= limit) return true;
    tooMany(found.frames, Math.ceil(found.span / limit));
    return false;
  }

  #estimate() {
    document.getElementById('estimate').textContent = inWords(expected(this.#film, this.#form.elements), this.#form.dataset.estimate);
  }
}

// What will come of a video, as far as the browser can tell.

const BYTES_PER_PIXEL = {
  jpg: { 60: 0.06, 90: 0.16, 100: 0.27 },
  png: { 60: 1.5, 90: 1.5, 100: 1.5 },
  webp: { 60: 0.05, 90: 0.15, 100: 0.31 },
};
const PATIENCE_MS = 1500;

// What the browser knows of a file without decoding it; undefined where it cannot read it.
function facts(file) {
  return new Promise((resolve) => {
    const video = document.createElement('video');
    const address = URL.createObjectURL(file);
    const done = (found) => { video.removeAttribute('src'); video.load(); URL.revokeObjectURL(address); resolve(found); };
    video.preload = 'metadata';
    video.onloadedmetadata = () => done(Number.isFinite(video.duration) ? { seconds: video.duration, pixels: video.videoWidth * video.videoHeight, side: Math.max(video.videoWidth, video.videoHeight) } : undefined);
    video.onerror = () => done();
    setTimeout(done, PATIENCE_MS);
    video.src = address;
  });
}

// Seconds of `1:30`, `00:01:30.5` or `90`; undefined where nothing is said.
const moment = (text) => text.trim() ? text.split(':').reduce((total, each) => 60 * total + Number(each.replace(',', '.')), 0) : undefined;

// Undefined where only the video itself can tell.
function expected(film, { mode, interval, format, quality, max_side: side, start, end, distinct }) {
  if (!film || mode.value !== 'interval' || distinct.checked) return undefined;
  const span = Math.max(0, Math.min(film.seconds, moment(end.value) ?? film.seconds) - (moment(start.value) ?? 0));
  const frames = Math.max(1, Math.ceil(span / Number(interval.value)));
  const scale = Math.min(1, (Number(side.value) || film.side) / (film.side || 1));
  return Number.isFinite(frames) ? { frames, span, bytes: frames * film.pixels * scale * scale * BYTES_PER_PIXEL[format.value][quality.value] } : undefined;
}

const inWords = (found, sentence) => found?.bytes
  ? fill(sentence, { duration: duration(found.span), frames: number(found.frames), size: size(found.bytes) }) : '';

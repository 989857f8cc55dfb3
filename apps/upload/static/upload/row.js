// One file in the list, as its reader sees it.
import { about, duration, fill, number, say, size } from '../frameflow/words.js';

// The statuses that people know, with their icons.
const CHIPS = {
  waiting: 'queued', starting: 'uploading', sending: 'uploading', lost: 'queued', limited: 'queued',
  paused: 'paused', ended: 'paused', failed: 'failed', done: 'ready',
};
let count = 0;

export class Row {
  #words;
  #pace = new Pace();
  #state;
  #quarter = 0;
  #length = '';

  // `isOneOfMany()` tells whether a sentence needs the name before it.
  constructor(sending, words, isOneOfMany) {
    Object.assign(this, { sending, isOneOfMany });
    this.#words = words;
    this.element = document.getElementById('sending').content.firstElementChild.cloneNode(true);
    this.part('name').textContent = sending.file.name;
    this.part('name').id = `sending-${(count += 1)}`;
    this.part('bar').setAttribute('aria-labelledby', this.part('name').id);
    for (const name of ['hold', 'stop']) this.part(name).setAttribute('aria-describedby', this.part('name').id);
    this.#facts();
  }

  part(name) { return this.element.querySelector(`[data-part="${name}"]`); }

  lasts(seconds) {
    this.#length = ` · ${duration(seconds)}`;
    this.#facts();
  }

  #facts() { this.part('facts').textContent = size(this.sending.file.size) + this.#length; }

  show() {
    const { sending } = this;
    const isNew = sending.state !== this.#state;
    const now = performance.now();
    if (isNew) this.#enter(sending.state, now);
    this.#pace.note(sending.sent, now);
    this.part('bar').value = sending.share;
    const left = sending.state === 'sending' ? this.#pace.left(sending.file.size, now) : undefined;
    this.part('far').textContent = this.#far(left);
    this.#note(left);
    this.#announce(isNew);
  }

  #enter(state, now) {
    this.#state = state;
    this.element.dataset.state = state;
    const chip = this.part('chip');
    chip.className = `chip ${CHIPS[state] ?? ''}`;
    const use = chip.querySelector('use');
    use.setAttribute('href', `${use.getAttribute('href').split('#')[0]}#${CHIPS[state] ?? ''}`);
    this.part('label').textContent = this.#words[CHIPS[state]] ?? '';
    this.part('hold').textContent = this.sending.isHeld ? this.#words.goOn : this.#words.pause;
    for (const name of ['hold', 'bar', 'far']) this.part(name).hidden = this.sending.isOver;
    this.part('stop').hidden = state === 'done';
    this.part('stop').textContent = this.sending.isOver ? this.#words.remove : this.#words.stop;
    if (state === 'sending') this.#pace.begin(this.sending.sent, now);
  }

  #far(left) {
    const { sending } = this;
    if (!sending.sent && sending.state !== 'sending') return '';
    const parts = { pct: `${sending.percent}%`, done: size(sending.sent), total: size(sending.file.size) };
    return fill(this.#words.far, parts) + (left === undefined ? '' : ` · ${about(left, this.#words)}`);
  }

  #note(left) {
    const sentence = this.sentence(left);
    const isWrong = ['ended', 'failed'].includes(this.#state);
    for (const name of ['note', 'alert']) {
      const place = this.part(name);
      place.hidden = !sentence || isWrong !== (name === 'alert');
      if (place.hidden || place.textContent !== sentence) place.textContent = place.hidden ? '' : sentence;
    }
  }

  sentence(left) {
    const { sending } = this;
    const words = this.#words;
    const pct = `${sending.percent}%`;
    switch (sending.state) {
      case 'starting': return words.starting;
      case 'sending': return sending.from === undefined || left !== undefined ? '' : fill(words.from, { pct: `${sending.from}%` });
      case 'lost': return words.lost;
      case 'limited': return `${sending.problem.title ?? ''} ${fill(words.limited, { s: number(Math.max(0, Math.ceil((sending.goesOnAt - Date.now()) / 1000))) })}`;
      case 'paused': return sending.sent ? fill(words.pausedAt, { pct }) : '';
      case 'ended': return words.ended;
      case 'failed': return why(sending.problem, words);
      case 'done': return this.isOneOfMany() ? '' : words.done;
      default: return '';
    }
  }

  #announce(isNew) {
    const { state, percent, from } = this.sending;
    const quarter = Math.floor(percent / 25);
    const isFarther = state === 'sending' && quarter > this.#quarter;
    if (isNew && state === 'sending' && from !== undefined) this.#say(fill(this.#words.from, { pct: `${from}%` }));
    else if (isNew && ['starting', 'lost', 'limited', 'paused', 'done'].includes(state)) this.#say(this.sentence() || this.part('label').textContent);
    else if (isFarther && quarter < 4) this.#say(`${25 * quarter}%`);
    this.#quarter = Math.max(quarter, this.#quarter);
  }

  #say(sentence) { say(this.isOneOfMany() ? `${this.sending.file.name}: ${sentence}` : sentence); }
}

// What the server said, in whole sentences; its detail where it has the figures of the matter.
const WITH_DETAIL = ['quota', 'unreadable', 'too_large', 'not_found'];
export function why({ code, title, detail, action }, words) {
  if (code === 'gone') return words.gone;
  return [title ?? words.unknown, WITH_DETAIL.includes(code) && detail, action].filter(Boolean).join(' ');
}

// How long a file will take yet: an exponential average, seen while there is something to go by.
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

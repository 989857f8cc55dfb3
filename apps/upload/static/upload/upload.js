// The start page: what is chosen or dropped is sent at once, one file after the other, and goes on
// whatever happens to the connection, the server or the session.
import { fill, number, say, size } from '../frameflow/words.js';
import { Row, why } from './row.js';
import { ask, drop, end, everyKept, keyOf, Queue, Sending, stands } from './sending.js';
import { Wishes } from './wishes.js';

// Where uploads go in, and as whom. A token ends with its session: whoever logs in again in another
// tab gets one here too.
class Door {
  constructor(form) {
    const { uploads, who } = form.dataset;
    Object.assign(this, { address: uploads, who, page: form.action, token: form.elements.csrfmiddlewaretoken.value });
  }

  // False where nobody is logged in, or somebody else.
  async renew(signal) {
    const answer = await ask('GET', this.page, { headers: { Accept: 'text/html' }, signal });
    const fresh = new DOMParser().parseFromString(answer.responseText, 'text/html').getElementById('upload');
    if (fresh?.dataset.who !== this.who) return false;
    this.token = fresh.elements.csrfmiddlewaretoken.value;
    for (const field of document.getElementsByName('csrfmiddlewaretoken')) field.value = this.token;
    return true;
  }
}

const form = document.getElementById('upload');
const words = form.dataset;
const input = form.elements.file;
const by = (id) => document.getElementById(id);
const usualTitle = document.title;
const queue = new Queue();
const door = new Door(form);
const wishes = new Wishes(form);
const rows = new Map(); // of each sending, as long as it is shown
const open = () => [...rows.keys()].filter(({ isOver }) => !isOver);

// What is chosen

function choose(files) {
  calm();
  const fresh = files.filter((file) => isFit(file, files.length > 1)).map(prepare);
  input.value = '';
  if (!fresh.length) return;
  rows.get(fresh[0]).part('hold').focus();
  queue.add(...fresh);
}

// What is certain to be refused is not sent.
function isFit(file, isOneOfMany) {
  const max = Number(words.maxBytes);
  const tooLarge = file.size > max && fill(words.tooLarge, { size: size(file.size), max: size(max) });
  const sentence = file.size === 0 ? words.empty : tooLarge;
  if (sentence) warn((isOneOfMany ? `${file.name}: ` : '') + sentence);
  return !sentence;
}

function prepare(file) {
  open().find((each) => each.isHeld && keyOf(each.file) === keyOf(file))?.leave();
  const plan = () => wishes.plan(file, {
    who: door.who,
    probed: (film) => row.lasts(film.seconds),
    tooMany: (frames, interval) => tooMany(file, frames, interval),
    forget,
  });
  const sending = new Sending(file, { door, plan, tell });
  const row = new Row(sending, words, () => rows.size > 1);
  row.part('hold').addEventListener('click', () => (sending.isHeld ? goOn(sending) : sending.pause()));
  row.part('stop').addEventListener('click', () => stop(sending));
  rows.set(sending, row);
  by('queue').append(row.element);
  noteOf(keyOf(file))?.remove();
  tell(sending);
  return sending;
}

function goOn(sending) {
  sending.goOn();
  queue.turn();
}

function stop(sending) {
  if (sending.isOver) return leave(sending);
  sending.cancel();
  say(words.stopped);
  queue.turn(); // one whose session had ended kept the others waiting
}

// What happens

const ENDS = { cancelled: leave, failed: fail, done: finish };

function tell(sending) {
  const row = rows.get(sending);
  const hadFocus = hasFocus(row); // what is hidden next would lose it
  row?.show();
  if (row) ENDS[sending.state]?.(sending, row, hadFocus);
  else if (sending.state === 'done') warn(words.arrived, link(page(sending), sending.file.name)); // cancelled too late
  arrange();
}

const hasFocus = (row) => Boolean(row?.element.contains(document.activeElement));
const page = ({ video }) => `${words.videos}${video}/`;

function leave(sending, row = rows.get(sending), hadFocus = hasFocus(row)) {
  row.element.remove();
  rows.delete(sending);
  if (hadFocus) (by('queue').querySelector('button:not([hidden])') ?? input).focus();
  arrange();
}

// One file alone gives way to the sentence; among others it keeps its place.
function fail(sending, row, hadFocus) {
  const { file, problem } = sending;
  wishes.pointAt((problem.errors ?? []).map(({ path }) => path));
  const again = () => button(words.again, () => { if (rows.has(sending)) leave(sending); choose([file]); });
  const mayWork = problem.retryable || problem.errors?.length;
  const next = problem.code === 'quota' ? link(words.videos, words.list) : mayWork ? again() : '';
  if (rows.size > 1) {
    row.part('alert').append(' ', next);
    if (hadFocus) row.part('stop').focus();
    return;
  }
  leave(sending, row, hadFocus);
  warn(why(problem, words), next);
}

function finish(sending, row, hadFocus) {
  if (rows.size === 1 && by('warning').hidden) return leaveFor(page(sending));
  const to = link(page(sending), sending.file.name);
  row.part('name').replaceChildren(to);
  if (hadFocus) to.focus();
  if (!open().length) say(words.allDone);
}

// A browser without a line would show its own page of that.
function leaveFor(address) {
  if (navigator.onLine) location.assign(address);
  else addEventListener('online', () => location.assign(address), { once: true });
}

// The page around it

function arrange() {
  const current = open().find(({ isAtWork }) => isAtWork) ?? open()[0];
  by('zone').classList.toggle('small', open().length > 0);
  by('all').hidden = rows.size < 2 || open().length > 0;
  document.title = current?.sent ? `${current.percent}% · ${current.file.name} · Frame Flow` : usualTitle;
}

// A note for each upload that was under way when the page was left

const noteOf = (key) => [...by('unfinished').children].find(({ dataset }) => dataset.key === key);

function remind(kept) {
  const note = by('note').content.firstElementChild.cloneNode(true);
  note.dataset.key = kept.key;
  note.querySelector('button').addEventListener('click', () => { forget(kept); note.remove(); say(words.forgotten); input.focus(); });
  by('unfinished').append(note);
  write(note, kept);
  inquire(note, kept);
}

function forget({ key, url }) {
  drop(key);
  end(url, door.token).catch(() => {}); // the server forgets it by itself
}

function write(note, { name, percent }) {
  note.querySelector('span').textContent = fill(words.choose, { name, pct: `${percent}%` });
}

// Where it stands, and whether at all, only the server knows.
async function inquire(note, kept) {
  try {
    const percent = Math.floor(100 * await stands(kept.url, door.token) / kept.size);
    if (percent < 100) return write(note, { ...kept, percent });
  } catch ({ status }) {
    if (![404, 410, 422].includes(status)) return;
  }
  drop(kept.key);
  note.remove();
}

// What keeps a file from being sent

function warn(sentence, next) {
  const line = Object.assign(document.createElement('p'), { textContent: sentence });
  if (next) line.append(' ', next);
  by('warning').append(line);
  by('warning').hidden = false;
}

function calm() {
  by('warning').replaceChildren();
  by('warning').hidden = true;
}

function tooMany(file, frames, interval) {
  const n = number(interval);
  const fix = button(fill(words.useInterval, { n }), () => { form.elements.interval.value = interval; choose([file]); });
  warn(`${file.name}: ${fill(words.tooMany, { n: number(frames) })}`, fix);
}

function button(text, work) {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
  made.addEventListener('click', work);
  return made;
}

const link = (href, textContent) => Object.assign(document.createElement('a'), { href, textContent });

// What it listens to

form.addEventListener('submit', (event) => { event.preventDefault(); choose([...input.files]); });
input.addEventListener('change', () => choose([...input.files]));
input.multiple = true;
for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault());
addEventListener('dragover', () => by('zone').classList.add('over'));
for (const name of ['dragleave', 'drop']) addEventListener(name, () => by('zone').classList.remove('over'));
addEventListener('drop', ({ dataTransfer: { files } }) => choose([...files]));
addEventListener('beforeunload', (event) => { if (open().some(({ state }) => state !== 'paused')) event.preventDefault(); });
setInterval(() => { for (const [{ isAtWork }, row] of rows) if (isAtWork) row.show(); }, 1000);
addEventListener('storage', ({ key, newValue }) => newValue ?? noteOf(key)?.remove()); // another window has sent it
everyKept(door.who).forEach(remind);

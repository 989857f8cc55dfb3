// Sends the video as soon as it is chosen or dropped, and shows how far it is. The answer is the page
// that a plain form would have got.
import { about, duration, fill, number, say, size } from '../frameflow/words.js';

// By quality; the means of animation, and of footage with noise in a small and in a large file.
const BYTES_PER_PIXEL = {
  jpg: { 60: 0.06, 90: 0.16, 100: 0.27 },
  png: { 60: 1.5, 90: 1.5, 100: 1.5 },
  webp: { 60: 0.05, 90: 0.15, 100: 0.31 },
};
const ETA_AFTER_MS = 3000;

const form = document.getElementById('upload');
const words = form.dataset;
const input = form.elements.file;
const by = (id) => document.getElementById(id);
let request, film, busy = false;

form.addEventListener('submit', (event) => { event.preventDefault(); begin(input.files[0]); });
input.addEventListener('change', () => begin(input.files[0]));
form.addEventListener('input', () => estimate());
by('stop').addEventListener('click', () => { request?.abort(); rest(); say(words.stopped); input.focus(); });

for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault());
addEventListener('dragover', () => by('zone').classList.add('over'));
for (const name of ['dragleave', 'drop']) addEventListener(name, () => by('zone').classList.remove('over'));
addEventListener('drop', ({ dataTransfer: { files } }) => {
  if (busy || !files.length) return;
  keep(files[0]);
  begin(files[0]);
});
addEventListener('beforeunload', (event) => { if (request) event.preventDefault(); });

async function begin(file) {
  if (!file || busy) return;
  warn('');
  if (file.size === 0) return warn(words.empty);
  if (file.size > Number(words.maxBytes)) return warn(fill(words.tooLarge, { size: size(file.size), max: size(Number(words.maxBytes)) }));
  busy = true;
  card(file);
  film = await facts(file);
  if (!fits()) return rest();
  send(file);
}

function card(file) {
  by('name').textContent = file.name;
  by('card').hidden = false;
  by('zone').hidden = true;
  by('bar').value = 0;
  by('far').textContent = fill(words.far, { pct: '0%', done: size(0), total: size(file.size) });
  by('stop').focus();
  say(words.starting);
}

function rest() {
  request = undefined;
  busy = false;
  by('card').hidden = true;
  by('zone').hidden = false;
  input.value = '';
}

function warn(sentence, fix) {
  const place = by('warning');
  place.replaceChildren(sentence);
  place.hidden = !sentence;
  if (fix) place.append(' ', fix);
}

// What the browser knows of the file without decoding it; undefined where it cannot read it.
function facts(file) {
  return new Promise((resolve) => {
    const video = document.createElement('video');
    const address = URL.createObjectURL(file);
    const done = (found) => { URL.revokeObjectURL(address); video.removeAttribute('src'); resolve(found); };
    video.preload = 'metadata';
    video.onloadedmetadata = () => done(Number.isFinite(video.duration) ? { seconds: video.duration, pixels: video.videoWidth * video.videoHeight, side: Math.max(video.videoWidth, video.videoHeight) } : undefined);
    video.onerror = () => done();
    setTimeout(done, 1500);
    video.src = address;
  });
}

const moment = (text) => text.trim() ? text.split(':').reduce((total, each) => 60 * total + Number(each.replace(',', '.')), 0) : undefined;

// Undefined where only the video itself can tell.
function expected() {
  const { mode, interval, format, quality, max_side: side, start, end, distinct } = form.elements;
  if (!film || mode.value !== 'interval' || distinct.checked) return undefined;
  const span = Math.max(0, Math.min(film.seconds, moment(end.value) ?? film.seconds) - (moment(start.value) ?? 0));
  const frames = Math.max(1, Math.ceil(span / Number(interval.value)));
  const scale = Math.min(1, (Number(side.value) || film.side) / (film.side || 1));
  return Number.isFinite(frames) ? { frames, span, bytes: frames * film.pixels * scale * scale * BYTES_PER_PIXEL[format.value][quality.value] } : undefined;
}

function estimate() {
  const found = expected();
  by('estimate').textContent = found && found.bytes
    ? fill(words.estimate, { duration: duration(found.span), frames: number(found.frames), size: size(found.bytes) }) : '';
}

// More frames than the limit: say so before a byte is sent, with the interval that fits.
function fits() {
  estimate();
  const found = expected();
  const limit = Number(words.maxFrames);
  if (!found || found.frames <= limit) return true;
  const file = input.files[0];
  const interval = Math.ceil(found.span / limit);
  const fix = button(fill(words.useInterval, { n: number(interval) }), () => {
    form.elements.interval.value = interval;
    keep(file);
    begin(file);
  });
  warn(fill(words.tooMany, { n: number(found.frames) }), fix);
  return false;
}

function send(file) {
  const began = performance.now();
  let quarter = 0;
  request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded, total }) => {
    const share = Math.min(1, loaded / total), spent = performance.now() - began;
    const parts = { pct: `${Math.floor(100 * share)}%`, done: size(share * file.size), total: size(file.size) };
    const left = spent > ETA_AFTER_MS && share > 0 && share < 1 ? ` · ${about((spent / share - spent) / 1000, words)}` : '';
    by('bar').value = share;
    by('far').textContent = fill(words.far, parts) + left;
    document.title = `${parts.pct} · ${file.name} · Frame Flow`;
    if (Math.floor(4 * share) > quarter) { quarter = Math.floor(4 * share); say(parts.pct); }
  };
  request.onload = () => finish(request);
  request.onerror = () => { request = undefined; fail(words.offline); };
  request.open('POST', form.action);
  request.setRequestHeader('Accept', 'text/html');
  request.send(new FormData(form));
}

function finish(answer) {
  request = undefined;
  const to = new URL(answer.responseURL || form.action);
  if (answer.status === 200 && to.pathname.startsWith('/videos/')) {
    say(words.done);
    location.assign(to);
  } else if (to.pathname.startsWith('/login')) fail(words.ended);
  else {
    const page = new DOMParser().parseFromString(answer.responseText, 'text/html');
    rest();
    const said = page.querySelector('#warning') ?? page.querySelector('main') ?? page.body;
    warn(said.textContent.trim().replace(/\s+/g, ' '));
  }
}

// The file is still in our hands: one press sends it again.
function fail(sentence) {
  const file = input.files[0];
  const again = button(words.again, () => begin(file));
  rest();
  keep(file);
  warn(sentence, again);
  again.focus();
}

const button = (text, work) => {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
  made.addEventListener('click', work);
  return made;
};

function keep(file) {
  const chosen = new DataTransfer();
  chosen.items.add(file);
  input.files = chosen.files;
}

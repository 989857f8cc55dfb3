// Our client, which knows no page. It gives up only where the server refuses: docs/adr/0032, 0034.

// The protocol, tus 1.0.0: one function for each request.
// https://tus.io/protocols/resumable-upload
const VERSION = '1.0.0';
const PIECE = 'application/offset+octet-stream';
const SILENCE_MS = 30_000;

// What came instead of a success; `status` is 0 where nobody answered.
class Trouble extends Error {
  constructor(status, problem = {}, retryAfterS = 0) {
    super(problem.title ?? String(status));
    Object.assign(this, { status, problem, retryAfterS });
  }
}

// `fetch` tells nothing of what it has sent, so this is an XMLHttpRequest.
export function ask(method, address, { headers = {}, body, signal, progressed } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lives = () => { clearTimeout(lives.timer); lives.timer = setTimeout(() => request.abort(), SILENCE_MS); };
    const stop = () => request.abort();
    request.onloadend = () => {
      clearTimeout(lives.timer);
      signal?.removeEventListener('abort', stop);
      if (request.status >= 200 && request.status < 300) resolve(request);
      else reject(new Trouble(request.status, told(request), Number(request.getResponseHeader('Retry-After')) || 0));
    };
    if (progressed) request.upload.onprogress = ({ loaded }) => { lives(); progressed(loaded); };
    signal?.addEventListener('abort', stop);
    request.open(method, address);
    for (const [name, value] of Object.entries({ Accept: 'application/json', ...headers })) request.setRequestHeader(name, value);
    lives();
    request.send(body);
    if (signal?.aborted) stop();
  });
}

function told(request) {
  try {
    return JSON.parse(request.responseText) ?? {};
  } catch {
    return {}; // HEAD has no body, and what stands between may answer in its own way
  }
}

const spoken = (headers, token) => ({ 'Tus-Resumable': VERSION, 'X-CSRFToken': token, ...headers });
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const metadata = (said) => Object.entries(said).map(([name, text]) => `${name} ${base64(text)}`).join(',');
const offset = (answer) => {
  const said = answer.getResponseHeader('Upload-Offset');
  if (said === null || !Number.isSafeInteger(Number(said))) throw new Trouble(0); // somebody else answered
  return Number(said);
};

// Reserve the space; returns the path of the upload.
async function create(address, file, options, { token, key }) {
  const said = { filename: file.name, ...(file.type && { filetype: file.type }), ...options };
  const size = { 'Upload-Length': file.size, 'Upload-Metadata': metadata(said) };
  const headers = spoken({ ...size, 'Idempotency-Key': `"${key}"` }, token);
  const place = (await ask('POST', address, { headers })).getResponseHeader('Location');
  if (!place) throw new Trouble(0);
  return new URL(place, location.href).pathname;
}

// How many bytes are acknowledged.
const look = (url, token, signal) => ask('HEAD', url, { headers: spoken({}, token), signal });
export const stands = async (url, token, signal) => offset(await look(url, token, signal));

// Send a slice; returns how many bytes are acknowledged then.
async function send(url, at, slice, token, { signal, progressed }) {
  const headers = spoken({ 'Upload-Offset': at, 'Content-Type': PIECE }, token);
  return offset(await ask('PATCH', url, { headers, body: slice, signal, progressed }));
}

// End an upload, of which nothing stays. False where all of it has arrived: a video is not deleted here.
export async function end(url, token) {
  const answer = await look(url, token);
  if (offset(answer) === Number(answer.getResponseHeader('Upload-Length'))) return false;
  await ask('DELETE', url, { headers: spoken({}, token) });
  return true;
}

// The words for what HEAD refused.
const why = (url) => ask('GET', url).then(() => ({}), ({ problem }) => problem);

// What a page that was loaded again needs to go on, told to nobody else.

export const keyOf = ({ name, size, lastModified }) => `${name}|${size}|${lastModified}`;

// A browser may forbid it, or have no room.
function quietly(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function read(key) {
  const found = quietly(() => JSON.parse(localStorage.getItem(key)));
  return found?.url && found.who ? { ...found, key } : undefined;
}

// `facts`: `url`, `percent`, `options`, `who`.
const keep = (file, facts) => quietly(() => localStorage.setItem(keyOf(file), JSON.stringify({ ...facts, name: file.name, size: file.size })));

export const drop = (key) => quietly(() => localStorage.removeItem(key));

export function recall(file, who) {
  const found = read(keyOf(file));
  return found?.who === who ? found : undefined;
}

export const everyKept = (who) => (quietly(() => Object.keys(localStorage)) ?? []).map(read).filter((each) => each?.who === who);

// One file on its way
const SLICE_BYTES = 4 * 1024 * 1024;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
const OFFLINE_WAIT_MS = 30_000; // a browser may be wrong about it, and our server on this machine
const AT_WORK = new Set(['starting', 'sending', 'lost', 'limited']);
const OVER = new Set(['done', 'failed', 'cancelled']);

// From half a second to five, a little less by chance: many pages are not to come back at once.
const pauseMs = (failures) => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.75 + Math.random() / 4);

const freshKey = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(15))));

// Also what is somebody else's: who asks is looked at first.
const isGone = (status) => status === 404 || status === 410;

const isAway = (status) => !status || status === 408 || status >= 500;

const canBeRead = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

export class Sending {
  state = 'waiting';
  sent = 0; // bytes, as far as this side knows
  from = undefined; // the percent from which it went on
  problem = undefined; // why it failed, or why it waits
  goesOnAt = 0;
  #url;
  #key; // by which the server knows a creation again whose answer was lost
  #options;
  #instead; // of an upload with other wishes, which is ended when this one has begun
  #sure = 0; // bytes that were acknowledged last
  #at; // bytes that are acknowledged; undefined: to be asked
  #failures = 0;
  #isNew = false;
  #needsToken = false;
  #hasFreshToken = false;
  #stopper = new AbortController();

  // `plan()`, asked when its turn comes, gives `{ options, url, instead }`: `url` to go on with,
  // `instead()` for when it has begun; or nothing where it is not to be sent.
  constructor(file, { door, plan, tell }) {
    Object.assign(this, { file, door, plan, tell });
  }

  get share() { return this.file.size ? Math.min(1, this.sent / this.file.size) : 0; }
  get percent() { return Math.floor(100 * this.share); }
  get isAtWork() { return AT_WORK.has(this.state); }
  get isHeld() { return ['paused', 'ended'].includes(this.state); }
  get isOver() { return OVER.has(this.state); }
  get video() { return this.#url?.split('/').at(-2); }

  // Resolves when it is over, or paused.
  async run() {
    this.#stopper = new AbortController();
    this.#failures = 0;
    this.#at = undefined;
    this.#is('starting');
    while (this.isAtWork) {
      try {
        await this.#step();
      } catch (trouble) {
        await this.#meet(trouble);
      }
    }
    if (this.state === 'cancelled') this.#forget();
  }

  pause() {
    if (this.isOver) return;
    this.#is('paused');
    this.#stopper.abort();
    this.#lookAgain();
  }

  // Another one goes on from the note.
  leave() { this.#is('cancelled'); }

  goOn() {
    this.#needsToken ||= this.state === 'ended';
    this.#is('waiting');
  }

  cancel() {
    const isRunning = this.isAtWork;
    this.#is('cancelled');
    this.#stopper.abort();
    if (!isRunning) this.#forget(); // else it forgets when it has stopped
  }

  async #step() {
    if (this.#needsToken) await this.#renew();
    if (!this.isAtWork) return;
    if (!this.#url) await this.#begin();
    if (!this.isAtWork) return;
    this.#at ??= await this.#look();
    if (this.#at < this.file.size) await this.#sendSlice();
    if (this.#at >= this.file.size) this.#finish();
  }

  async #renew() {
    this.#hasFreshToken = await this.door.renew(this.#stopper.signal);
    this.#needsToken = !this.#hasFreshToken;
    if (this.#needsToken) this.#is('ended');
  }

  async #begin() {
    if (!this.#options) {
      const plan = await this.plan();
      if (!plan) return this.#is('cancelled');
      [this.#options, this.#instead] = [plan.options, plan.instead];
      if (plan.url) return this.#continue(plan.url);
    }
    if (!this.isAtWork) return;
    this.#isNew = true; // not to be broken off: nobody would know of it
    this.#key ??= freshKey();
    const url = await create(this.door.address, this.file, this.#options, { token: this.door.token, key: this.#key });
    this.#instead?.();
    this.#continue(url);
  }

  #continue(url) {
    this.#url = url;
    this.#keep();
  }

  // Whoever comes back knocks with an empty piece.
  async #look() {
    const { signal } = this.#stopper;
    const at = await stands(this.#url, this.door.token, signal);
    this.#acknowledge(at);
    if (!this.#isNew && at < this.file.size) await send(this.#url, at, new Blob(), this.door.token, { signal });
    this.from = this.#isNew ? undefined : this.percent;
    this.#isNew = false;
    this.#is('sending');
    return at;
  }

  // A piece that was broken off came through in part.
  async #lookAgain() {
    const at = this.#url && await stands(this.#url, this.door.token).catch(() => {});
    if (!at || this.state !== 'paused') return;
    this.#acknowledge(at);
    this.tell(this);
  }

  async #sendSlice() {
    const at = this.#at;
    const slice = this.file.slice(at, at + SLICE_BYTES);
    const progressed = (loaded) => { this.sent = at + Math.min(loaded, slice.size); this.tell(this); };
    this.#at = await send(this.#url, at, slice, this.door.token, { signal: this.#stopper.signal, progressed });
    if (this.#at <= at) throw new Trouble(0);
    this.#failures = 0;
    this.#hasFreshToken = false;
    this.#acknowledge(this.#at);
    this.tell(this);
  }

  #acknowledge(at) {
    this.sent = this.#sure = at;
    this.#keep();
  }

  #keep() {
    keep(this.file, { url: this.#url, percent: this.percent, options: this.#options, who: this.door.who });
  }

  #finish() {
    drop(keyOf(this.file));
    this.#is('done');
  }

  // Where it stands now, only the server knows; so each way back leads through HEAD.
  async #meet({ status, problem = {}, retryAfterS }) {
    this.#at = undefined;
    if (!this.isAtWork) return;
    if (status === 401) this.#is('ended');
    else if (!this.#hasFreshToken && (isGone(status) || (status === 403 && problem.code === 'forbidden'))) this.#needsToken = true;
    else if (status === 410) await this.#beginAnew();
    else if (status === 409 && this.#failures === 0) this.#failures = 1;
    else if (status === 423 || status === 409) await this.#rest(1000 * (retryAfterS || 1));
    else if (status === 429) await this.#waitFor(problem, retryAfterS || 10);
    else if (isAway(status)) await this.#lose();
    else await this.#fail(problem);
  }

  async #beginAnew() {
    this.#url = this.#key = undefined;
    if (this.#failures > 0) await this.#rest(pauseMs(this.#failures));
    this.#failures += 1;
  }

  async #waitFor(problem, seconds) {
    Object.assign(this, { problem, goesOnAt: Date.now() + 1000 * seconds });
    this.#is('limited');
    await this.#rest(1000 * seconds);
  }

  async #lose() {
    if (!await canBeRead(this.file)) return this.#fail({ code: 'gone' });
    if (!this.isAtWork) return;
    this.#is('lost');
    await this.#rest(navigator.onLine ? pauseMs(this.#failures) : OFFLINE_WAIT_MS, 'online');
    this.#failures += 1;
  }

  async #fail(problem) {
    this.problem = problem.code || !this.#url ? problem : await why(this.#url);
    if (!this.isAtWork) return;
    if (this.#url) drop(keyOf(this.file));
    this.#is('failed');
  }

  // So long, unless the event comes first, or somebody pauses.
  #rest(ms, event) {
    const { signal } = this.#stopper;
    return new Promise((resolve) => {
      const over = new AbortController();
      const wake = (happened) => {
        clearTimeout(timer);
        over.abort();
        if (event && happened?.type === event) this.#failures = 0;
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { signal: over.signal });
      if (event) addEventListener(event, wake, { signal: over.signal });
    });
  }

  #forget() {
    if (!this.#url) return;
    drop(keyOf(this.file));
    this.#end();
  }

  // Until the server is told, or the page is left: then it expires.
  async #end() {
    try {
      if (!await end(this.#url, this.door.token)) this.#is('done');
    } catch ({ status }) {
      if (isAway(status)) this.#rest(LONGEST_WAIT_MS, 'online').then(() => this.#end());
    }
  }

  #is(state) {
    this.state = state;
    if (!['starting', 'sending', 'done'].includes(state)) this.sent = this.#sure;
    this.tell(this);
  }
}

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
    try {
      for (let next; (next = this.#next()); ) await next.run();
    } finally {
      this.#isBusy = false;
    }
  }

  #next() {
    if (this.#files.some(({ state }) => state === 'ended')) return undefined;
    return this.#files.find(({ state }) => state === 'waiting');
  }
}

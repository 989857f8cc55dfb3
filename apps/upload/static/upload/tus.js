// The protocol tus 1.0.0, as this page speaks it: one function for each request.
// https://tus.io/protocols/resumable-upload
const VERSION = '1.0.0';
const PIECE = 'application/offset+octet-stream';
const SILENCE_MS = 30_000; // longer than a busy server takes, shorter than a person waits

// What came instead of a success. `status` is 0 where nobody answered, `problem` what the server says.
export class Trouble extends Error {
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
  if (said === null) throw new Trouble(0); // somebody else answered
  return Number(said);
};

// Reserve the space; returns the path of the upload.
export async function create(address, file, options, { token, key }) {
  const said = { filename: file.name, ...(file.type && { filetype: file.type }), ...options };
  const size = { 'Upload-Length': file.size, 'Upload-Metadata': metadata(said) };
  const headers = spoken({ ...size, 'Idempotency-Key': `"${key}"` }, token);
  const place = (await ask('POST', address, { headers })).getResponseHeader('Location');
  if (!place) throw new Trouble(0);
  return new URL(place, location.href).pathname;
}

// How many bytes are acknowledged.
export const stands = async (url, token, signal) => offset(await ask('HEAD', url, { headers: spoken({}, token), signal }));

// Send a slice; returns how many bytes are acknowledged then.
export async function send(url, at, slice, token, { signal, progressed }) {
  const headers = spoken({ 'Upload-Offset': at, 'Content-Type': PIECE }, token);
  return offset(await ask('PATCH', url, { headers, body: slice, signal, progressed }));
}

// End an upload, of which nothing stays.
export const end = (url, token) => ask('DELETE', url, { headers: spoken({}, token) });

// The words for what HEAD refused.
export const why = (url) => ask('GET', url).then(() => ({}), ({ problem }) => problem);

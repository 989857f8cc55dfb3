// The pictures of a `.gallery`, one at a time, in a dialog. A link leads to the page of its picture;
// `data-image` is the picture itself, `data-at` its time or number. A gallery that shows a part of
// all says where the pages of the whole are, and how many pictures a page has.
const SWIPE_PX = 40;
const dialog = document.getElementById('lightbox');
const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
const gallery = () => document.querySelector('.gallery');
const total = () => Number(gallery().dataset.total);
const fetched = new Map(); // the number of a picture on another page: its link
let shown = 0;
let asked = 0;

const numberOf = (link) => Number(link.parentElement.id.replace('frame-', ''));
const here = (number) => gallery()?.querySelector(`#frame-${number} > a`);
const linkOf = (number) => here(number) ?? fetched.get(number);
const isNarrow = () => !gallery() || gallery().children.length < total();
const pageOf = (number) => Math.ceil(number / Number(gallery().dataset.perPage));

async function fetchPage(address) {
  const answer = await fetch(address, { headers: { Accept: 'text/html' } }).catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const link of page.querySelectorAll('.gallery > li > a')) fetched.set(numberOf(link), link);
}

async function show(number) {
  const wish = ++asked;
  if (!linkOf(number)) await fetchPage(`${gallery().dataset.pages}?page=${pageOf(number)}`);
  const link = linkOf(number);
  if (!link || wish !== asked) return; // closed, or another one asked for meanwhile
  const { alt } = link.querySelector('img');
  shown = number;
  part('title').textContent = alt;
  part('count').textContent = `${number} / ${total()}`;
  part('said').textContent = '';
  Object.assign(part('image'), { src: link.dataset.image, alt });
  part('download').href = link.dataset.image;
  part('previous').disabled = number === 1;
  part('next').disabled = number === total();
  if (!dialog.open) dialog.showModal();
  if (document.activeElement.disabled) part('close').focus();
  history.replaceState(null, '', `#t=${link.dataset.at}`);
  for (const near of [number + 1, number - 1]) if (linkOf(near)) new Image().src = linkOf(near).dataset.image;
}

const go = (by) => {
  const to = Math.min(Math.max(shown + by, 1), total());
  if (to !== shown) show(to);
};

// `#t=00:00:30` opens that picture; where another page holds it, the server knows which. A number
// is of a link copied while frames were extracted.
async function openNamed() {
  const named = new URLSearchParams(location.hash.slice(1)).get('t');
  if (!named || !gallery()) return;
  const found = () => [...gallery().querySelectorAll('li > a'), ...fetched.values()].find((link) => link.dataset.at === named);
  if (!found() && isNarrow()) await fetchPage(`${gallery().dataset.pages}?t=${encodeURIComponent(named)}`);
  if (found()) show(numberOf(found()));
  else if (/^\d+$/.test(named)) show(Number(named));
}

// Whoever leaves stands on the picture seen last, also where another page holds it.
function leave() {
  asked += 1;
  const link = here(shown);
  history.replaceState(null, '', location.pathname + location.search);
  if (link) return link.focus();
  if (gallery()?.dataset.whole) {
    const query = new URLSearchParams(location.search);
    query.set('page', pageOf(shown));
    return location.assign(`?${query}#frame-${shown}`);
  }
  [...gallery()?.querySelectorAll('li > a') ?? []].at(shown < numberOf(gallery().querySelector('li > a')) ? 0 : -1)?.focus();
}

// Without https a browser has no clipboard for us at all.
async function copied(write, sentence) {
  part('said').textContent = '';
  try {
    await write();
    part('said').textContent = sentence;
  } catch {
    part('said').textContent = dialog.dataset.notCopied;
  }
}

// The clipboard takes PNG alone.
async function asPng() {
  const image = part('image');
  await image.decode(); // it may still be on its way
  const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext('2d').drawImage(image, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('.gallery > li > a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // a new window is the reader's wish
  event.preventDefault();
  show(numberOf(link));
});
dialog.addEventListener('keydown', (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  if (!by) return;
  event.preventDefault();
  go(by);
});
dialog.addEventListener('close', leave);
dialog.addEventListener('click', ({ target }) => { if (target === dialog) dialog.close(); }); // beside it
part('previous').addEventListener('click', () => go(-1));
part('next').addEventListener('click', () => go(1));
part('copy-link').addEventListener('click', () => copied(() => navigator.clipboard.writeText(location.href), dialog.dataset.copiedLink));
part('copy-image').addEventListener('click', () => copied(() => navigator.clipboard.write([new ClipboardItem({ 'image/png': asPng() })]), dialog.dataset.copiedImage));

let touched;
part('stage').addEventListener('touchstart', ({ touches }) => { touched = touches.length === 1 ? touches[0] : undefined; }, { passive: true });
part('stage').addEventListener('touchend', ({ changedTouches: [left] }) => {
  if (!touched) return;
  const [right, down] = [left.clientX - touched.clientX, left.clientY - touched.clientY];
  if (Math.abs(right) > SWIPE_PX && Math.abs(right) > 1.5 * Math.abs(down)) go(right > 0 ? -1 : 1);
});
addEventListener('hashchange', openNamed);
openNamed();

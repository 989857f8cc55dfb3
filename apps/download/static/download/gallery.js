// The gallery: one frame large in a dialog, and new frames while they are extracted.
const MORE_MS = 2000;
const list = document.querySelector('ol.gallery');
const dialog = document.getElementById('lightbox');
const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
const links = () => [...list.querySelectorAll('a')];
const moment = (link) => link.querySelector('span').textContent;
const number = (link) => Number(link.parentElement.id.replace('frame-', ''));
let shown;

function show(link) {
  const all = links();
  shown = link;
  part('title').textContent = link.querySelector('img').alt;
  part('count').textContent = `${number(link)} / ${list.dataset.total}`;
  Object.assign(part('image'), { src: link.href, alt: link.querySelector('img').alt });
  part('download').href = link.href;
  part('previous').disabled = link === all[0];
  part('next').disabled = link === all.at(-1);
  if (!dialog.open) dialog.showModal();
  if (document.activeElement.disabled) part('close').focus();
  history.replaceState(null, '', `#t=${moment(link)}`);
}

function go(by) {
  const all = links();
  const at = Math.min(Math.max(all.indexOf(shown) + by, 0), all.length - 1);
  if (all[at] !== shown) show(all[at]);
}

// `#t=00:00:30` opens that frame; where another page holds it, the server knows which.
function openNamed() {
  const named = new URLSearchParams(location.hash.slice(1)).get('t');
  if (!named) return;
  const link = links().find((each) => moment(each) === named);
  if (link) show(link);
  else if (links().length < Number(list.dataset.total)) location.replace(`?t=${encodeURIComponent(named)}`);
}

async function more() {
  if (!document.hidden && !dialog.open) {
    const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => undefined);
    if (answer && answer.status < 500) {
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const frames = fresh.querySelector('ol.gallery[data-moving]');
      if (!frames) return location.reload(); // ready, or a page that says why not
      list.append(...[...frames.children].slice(list.children.length));
      list.dataset.total = frames.dataset.total;
      document.title = fresh.title;
      document.getElementById('count').textContent = fresh.getElementById('count').textContent;
    }
  }
  setTimeout(more, MORE_MS);
}

list.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // a new window is the reader's wish
  event.preventDefault();
  show(link);
});
dialog.addEventListener('keydown', (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
  if (!by) return;
  event.preventDefault();
  go(by);
});
dialog.addEventListener('close', () => {
  history.replaceState(null, '', location.pathname + location.search);
  shown.focus();
});
part('previous').addEventListener('click', () => go(-1));
part('next').addEventListener('click', () => go(1));
addEventListener('hashchange', openNamed);
openNamed();
if (list.dataset.moving) setTimeout(more, MORE_MS);

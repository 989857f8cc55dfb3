// The gallery: new frames while they are extracted, and the truth when the reader comes back.
import { appear } from '../frameflow/live.js';
import '../frameflow/lightbox.js';

const MORE_MS = 2000;
const list = document.querySelector('ol.gallery');
const isMoving = () => Boolean(list.dataset.moving);
let timer;

async function look() {
  clearTimeout(timer);
  const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => undefined);
  if (answer && answer.status < 500) {
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('ol.gallery');
    if (!fresh || isMoving() !== Boolean(fresh.dataset.moving)) return location.reload(); // ready, or a page that says why not
    if (isMoving()) take(fresh, page);
  }
  wait();
}

function take(fresh, page) {
  const news = [...fresh.children].slice(list.children.length);
  list.append(...news);
  news.forEach(appear);
  list.dataset.total = fresh.dataset.total;
  document.title = page.title;
  document.getElementById('count').textContent = page.getElementById('count').textContent;
}

const isBusy = () => document.hidden || document.querySelector('dialog[open]');
function wait() {
  clearTimeout(timer);
  if (isMoving()) timer = setTimeout(() => (isBusy() ? wait() : look()), MORE_MS);
}

document.addEventListener('visibilitychange', () => { if (!isBusy()) look(); });
wait();

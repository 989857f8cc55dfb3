// What was under way when the page was left: a note for each, until its file is chosen again.
import { fill, say } from '../frameflow/words.js';
import { drop, everyKept, keyOf } from './kept.js';
import { end, stands } from './tus.js';

const list = document.getElementById('unfinished');
const noteOf = (key) => [...list.children].find(({ dataset }) => dataset.key === key);

export function forget(kept, door) {
  drop(kept.key);
  end(kept.url, door.token).catch(() => {}); // the server forgets it by itself
}

export const isChosen = (file) => noteOf(keyOf(file))?.remove();

function write(note, words, { name, percent }) {
  note.querySelector('span').textContent = fill(words.choose, { name, pct: `${percent}%` });
}

// The page knows what was acknowledged last; where it stands, and whether at all, the server does.
async function ask(note, words, kept, door) {
  try {
    const percent = Math.floor(100 * await stands(kept.url, door.token) / kept.size);
    if (percent < 100) return write(note, words, { ...kept, percent });
  } catch ({ status }) {
    if (![404, 410, 422].includes(status)) return;
  }
  drop(kept.key);
  note.remove();
}

export function remind(door, words, then) {
  for (const kept of everyKept(door.who)) {
    const note = document.getElementById('note').content.firstElementChild.cloneNode(true);
    note.dataset.key = kept.key;
    write(note, words, kept);
    note.querySelector('button').addEventListener('click', () => { forget(kept, door); note.remove(); say(words.forgotten); then(); });
    list.append(note);
    ask(note, words, kept, door);
  }
}

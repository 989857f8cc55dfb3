// What keeps a file from being sent, above the place where files are chosen.
const place = document.getElementById('warning');

export function warn(sentence, next) {
  const line = Object.assign(document.createElement('p'), { textContent: sentence });
  if (next) line.append(' ', next);
  place.append(line);
  place.hidden = false;
}

export function calm() {
  place.replaceChildren();
  place.hidden = true;
}

export function button(text, work) {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text });
  made.addEventListener('click', work);
  return made;
}

export const link = (href, textContent) => Object.assign(document.createElement('a'), { href, textContent });

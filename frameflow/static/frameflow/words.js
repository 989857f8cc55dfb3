// Numbers and sentences, as the pages write them: decimal units, the reader's language.
const language = document.documentElement.lang || 'en';
const UNITS = [[1e12, 'TB'], [1e9, 'GB'], [1e6, 'MB'], [1e3, 'KB']];

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);

// One decimal, where there is one and the number is small.
const short = (value) => number(value, value >= 99.95 || Number.isInteger(Math.round(value * 10) / 10) ? 0 : 1);

export function size(bytes) {
  const [factor, unit] = UNITS.find(([factor]) => bytes >= factor * 0.9995) ?? [1, 'B'];
  return `${short(bytes / factor)}\u00a0${unit}`;
}

// "{pct} of {total}" with {pct: "42%", total: "63.9 MB"}
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// In steps of five seconds, then minutes.
export function about(seconds, { etaS, etaMin }) {
  return seconds < 57.5
    ? fill(etaS, { n: number(Math.max(5, 5 * Math.round(seconds / 5))) })
    : fill(etaMin, { n: number(Math.max(1, Math.round(seconds / 60))) });
}

export function duration(seconds) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds % 60)];
  return [h && `${h} h`, m && `${m} min`, !h && s && `${s} s`].filter(Boolean).join(' ') || `${short(seconds)} s`;
}

// The polite voice: what is said in one moment is heard together.
const voice = document.getElementById('say');
let last = 0;

export function say(sentence) {
  voice.textContent = [Date.now() - last < 100 && voice.textContent, sentence].filter(Boolean).join(' ');
  last = Date.now();
}

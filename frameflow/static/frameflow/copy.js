// Buttons that copy a text: `data-copy` names its element, `data-copied` is what is said afterwards.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) button.hidden = true; // no safe connection, no clipboard
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    document.getElementById('say').textContent = button.dataset.copied;
    button.textContent = button.dataset.copied;
  });
}

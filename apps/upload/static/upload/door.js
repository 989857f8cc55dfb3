// Where uploads go in, and as whom. A token ends with the session it was made for: whoever logs in
// again in another tab gets one here too, and so do the other forms of this page.
export class Door {
  constructor(form) {
    const { uploads, who } = form.dataset;
    Object.assign(this, { address: uploads, who, page: form.action, token: form.elements.csrfmiddlewaretoken.value });
  }

  // False where nobody is logged in, or somebody else.
  async renew() {
    const answer = await fetch(this.page, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('upload');
    if (fresh?.dataset.who !== this.who) return false;
    this.token = fresh.elements.csrfmiddlewaretoken.value;
    for (const field of document.getElementsByName('csrfmiddlewaretoken')) field.value = this.token;
    return true;
  }
}

// What waits on the phone beside saves (src/browser/outbox.rs): photos until the server has them, and deletions. Every page
// of the phone loads it; it works without the program of the page, and tells it what has become of its photos.
//
// A photo is kept before anything else happens to it. One of a record that is being filled goes to the form; one whose
// record was saved without it follows the record once that has arrived, and the server puts it into its place. Whatever is
// sent may be sent twice: the server knows files by their content and records by their version.
(() => {
  'use strict';
  const host = document.getElementById('outbox');
  const account = host?.dataset.account;
  if (!account) return;

  /** Bytes of one piece of a file; the server takes no larger one (src/domain/attachment.rs). */
  const PIECE = 256 * 1024;
  /** The longer side of a photo that is sent, in pixels; larger ones and those of more bytes are drawn anew. */
  const LONGEST = 1920;
  const LARGEST = 1024 * 1024;
  const QUALITY = 0.82;
  const THUMBNAIL = 112;
  /** A request that takes so many milliseconds has died without saying so. */
  const SLOWEST = 120_000;
  /** Milliseconds between two looks at what waits, also behind a record that is on its way, and the first and the longest
   *  wait after a try that failed. */
  const PAUSE = 20_000;
  const BEHIND = 2_000;
  const FIRST_WAIT = 1_000;
  const LONGEST_WAIT = 30_000;
  /** For so long a page waits for another one that is sending. */
  const TURN = 30_000;
  /** How often a file begins anew because the server no longer knows of it. */
  const BEGINNINGS = 5;

  // The browser's own store. Where there is none, this page's memory has to do.

  const memory = new Map();
  let opening;
  const base = () =>
    (opening ??= new Promise((done, failed) => {
      const request = indexedDB.open('waiting', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('photos', { keyPath: 'id' });
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    }));

  async function stored(mode, act) {
    const transaction = (await base()).transaction('photos', mode);
    return new Promise((done, failed) => {
      let answer;
      act(transaction.objectStore('photos'), (value) => (answer = value));
      transaction.oncomplete = () => done(answer);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  }

  async function photos() {
    const kept = await stored('readonly', (store, answer) => {
      const request = store.getAll();
      request.onsuccess = () => answer(request.result);
    }).catch(() => []);
    const own = [...kept, ...memory.values()].filter((photo) => photo.account === account);
    return own.sort((one, other) => one.at - other.at);
  }

  async function keep(photo) {
    await stored('readwrite', (store) => store.put(photo)).catch(() => memory.set(photo.id, photo));
  }

  /** Changes a photo that is still there, and answers with it as it is then. */
  async function change(id, changes) {
    if (memory.has(id)) {
      memory.set(id, { ...memory.get(id), ...changes });
      return memory.get(id);
    }
    return stored('readwrite', (store, answer) => {
      const request = store.get(id);
      request.onsuccess = () => {
        if (!request.result) return;
        const changed = { ...request.result, ...changes };
        store.put(changed);
        answer(changed);
      };
    }).catch(() => undefined);
  }

  async function forget(id) {
    memory.delete(id);
    await stored('readwrite', (store) => store.delete(id)).catch(() => {});
  }

  // Deletions, and what the program keeps: small texts.

  const texts = (prefix) =>
    Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name, localStorage.getItem(name)]);
  const read = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };
  const deletionOf = (form, record) => `deletion/${account}/${form}/${record}`;
  const saveOf = (form, record) => `outbox/${account}/${form}/${record}`;
  const deletions = () =>
    texts(`deletion/${account}/`)
      .map(([name, text]) => ({ ...read(text), key: name }))
      .filter((deletion) => deletion.record);

  // Talking to the server.

  async function ask(method, address, body, type) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), SLOWEST);
    try {
      const headers = type ? { 'content-type': type } : {};
      const response = await fetch(address, { method, body, headers, signal: stop.signal });
      const answer = read(await response.text());
      if (response.ok && answer !== undefined) return { answer };
      if (answer?.error && answer.error !== 'internal') return { error: answer.error, detail: answer.detail };
    } catch {
      // The network is away, or what answered is not our server.
    } finally {
      clearTimeout(timer);
    }
    return { error: 'unavailable' };
  }

  // What has no room today is sent when there is some.
  const isAway = ({ error }) => ['unavailable', 'too_many', 'full'].includes(error);
  const isSignedOut = ({ error }) => error === 'signed_out' || error === 'must_change_password';

  /** The same words as src/error.rs. */
  function say({ error, detail }) {
    if (error === 'invalid') return detail.find((problem) => problem.severity !== 'warning')?.message ?? '填写的内容有误，请检查。';
    if (error === 'stale') return `${detail.by}，请打开记录核对。`;
    if (error === 'not_found') return '没有找到该记录，可能已被删除。';
    return typeof detail === 'string' && error !== 'malformed' ? detail : '请求的内容不正确，请刷新页面后重试。';
  }

  // Making a photo ready.

  async function drawn(bitmap, width, height, quality) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const pen = canvas.getContext('2d');
    // What is transparent in a PNG would be black in a JPEG.
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, width, height);
    pen.drawImage(bitmap, 0, 0, width, height);
    return [canvas, await new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality))];
  }

  /** As it is sent: at most 1,920 pixels long, upright, as a JPEG where that is smaller or the only way. */
  async function ready(photo) {
    const isKnown = /\.(jpe?g|png)$/i.test(photo.name);
    let made = { name: photo.name, content: photo.content, thumbnail: '', isReady: true };
    try {
      const bitmap = await createImageBitmap(photo.content, { imageOrientation: 'from-image' });
      const longer = Math.max(bitmap.width, bitmap.height);
      const [width, height] = [bitmap.width, bitmap.height].map((side) => (most) => Math.max(1, Math.round(side * Math.min(1, most / longer))));
      made.thumbnail = (await drawn(bitmap, width(THUMBNAIL), height(THUMBNAIL), 0.7))[0].toDataURL('image/jpeg', 0.7);
      if (!isKnown || longer > LONGEST || photo.content.size > LARGEST) {
        const [, content] = await drawn(bitmap, width(LONGEST), height(LONGEST), QUALITY);
        if (content && (!isKnown || content.size < photo.content.size)) {
          made = { ...made, content, name: `${photo.name.replace(/\.[^.]*$/, '')}.jpg` };
        }
      }
      bitmap.close();
    } catch {
      // What the browser cannot read stays what it is; the server looks at it.
    }
    if (!made.content.size) made.problem = '文件是空的';
    else if (!/\.(jpe?g|png)$/i.test(made.name)) made.problem = '只能上传 jpg、png 格式的文件';
    return change(photo.id, made);
  }

  /** SHA-256 in hexadecimal digits; nothing where the browser does not offer it, which it does behind https only. */
  async function hash(content) {
    if (!crypto.subtle) return '';
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await content.arrayBuffer()));
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  async function upload(photo) {
    const { form, record, field, name, content } = photo;
    const about = JSON.stringify({ form, record, field, name, size: content.size, sha256: await hash(content) });
    let [piece, from, begun] = ['', 0, 0];
    for (;;) {
      progress.set(photo.id, Math.floor((from * 100) / content.size));
      draw();
      if (!(await photos()).some((one) => one.id === photo.id)) return { error: 'gone' };
      const said = piece
        ? await ask('PUT', `/files/pieces/${piece}?from=${from}`, content.slice(from, from + PIECE))
        : await ask('POST', '/files/pieces', about, 'application/json');
      if (said.answer?.attachment) return { answer: said.answer.attachment };
      if (said.answer) [piece, from] = [said.answer.upload, said.answer.received];
      else if (said.error === 'wrong_offset') from = said.detail;
      // Another process answers, or it was begun anew; nothing that was sent is there.
      else if (said.error === 'not_found' && piece && begun < BEGINNINGS) [piece, from, begun] = ['', 0, begun + 1];
      else return said;
    }
  }

  // Sending.

  /** What this page has sent, and the records that it has deleted. */
  const done = { photos: 0, deletions: 0 };
  const gone = new Set();
  /** Slots of the record that this page fills: `form/record` and its field, with the form's ear. */
  const open = new Map();
  /** Records of this page whose save is on its way, known before the store knows it. */
  const saved = new Set();
  const progress = new Map();
  const news = 'BroadcastChannel' in window ? new BroadcastChannel('waiting') : undefined;
  const nameOf = ({ form, record }) => `${form}/${record}`;
  const slotOf = (photo) => `${nameOf(photo)}/${photo.field}`;
  const follows = (photo) => photo.isSaved || saved.has(nameOf(photo));

  async function mark(form, record, isSaved) {
    const name = `${form}/${record}`;
    if (isSaved) saved.add(name);
    else saved.delete(name);
    for (const photo of await photos()) if (nameOf(photo) === name) await change(photo.id, { isSaved });
  }

  /** A save that waits in this browser was left by an earlier page, whatever that came to tell. */
  async function markLeft() {
    for (const photo of await photos()) {
      if (!photo.isSaved && localStorage.getItem(saveOf(photo.form, photo.record)) && !open.has(slotOf(photo))) {
        await change(photo.id, { isSaved: true });
      }
    }
  }

  /** The form of this page learns what became of a photo of its record. */
  function tellForm(photo, version, attachment) {
    const heard = open.get(slotOf(photo));
    if (!heard) return;
    const shown = document.querySelector('#live input[name="~version"]');
    if (version !== null && shown) shown.value = version;
    heard(JSON.stringify([version, attachment]));
  }

  const placedOf = (form, record) => `placed/${account}/${form}/${record}`;
  const placedOn = ({ form, record }) => read(localStorage.getItem(placedOf(form, record)) ?? '[]') ?? [];

  /** The browser may show the page of a record as it was before: its form will be told once more. And a save that was made
   *  while the photo went into its place does not know of it (src/record/outbox.rs): without a version, it is on its way. */
  function remember(photo, version, attachment) {
    const told = [...placedOn(photo).filter((one) => one.attachment.id !== attachment.id), { version, attachment, field: photo.field }];
    localStorage.setItem(placedOf(photo.form, photo.record), JSON.stringify(told.slice(-20)));
  }

  function dismiss(photo, attachment) {
    const told = placedOn(photo).filter((one) => one.attachment.id !== attachment.id);
    localStorage.setItem(placedOf(photo.form, photo.record), JSON.stringify(told));
  }

  function remind(slot) {
    const shown = Number(document.querySelector('#live input[name="~version"]')?.value);
    const news = placedOn(slot).filter(({ version }) => version > shown);
    const isWanted = localStorage.getItem(saveOf(slot.form, slot.record)) !== null || placedOn(slot).some(({ version }) => version === null);
    if (!news.length && !isWanted) localStorage.removeItem(placedOf(slot.form, slot.record));
    for (const { version, attachment, field } of news) tellForm({ ...slot, field }, version, attachment);
  }

  /** What was typed before and is kept here must not take the photo out again. */
  function tellDrafts(photo, attachment) {
    for (const [name, text] of texts(`draft/${account}/${photo.form}/`)) {
      const kept = read(text);
      if (kept?.[0] !== photo.record) continue;
      const held = (kept[1].values[photo.field] ?? '').split(',').filter(Boolean);
      if (held.includes(attachment.id)) continue;
      kept[1].values[photo.field] = [...held, attachment.id].join(',');
      localStorage.setItem(name, JSON.stringify(kept));
    }
  }

  /** Sends one photo; false when the rest has to wait. */
  async function sendPhoto(photo) {
    let now = photo.isReady ? photo : await ready(photo);
    if (!now || now.problem || (!follows(now) && !open.has(slotOf(now)))) return true;
    let attachment = now.attachment;
    if (!attachment) {
      const said = await upload(now);
      progress.delete(now.id);
      if (isAway(said)) return false;
      if (isSignedOut(said)) return signOut();
      if (said.error === 'gone') return true;
      if (said.error) return !!(await refuse(now, said));
      attachment = said.answer;
      now = await change(now.id, { attachment });
      if (!now) return true;
    }
    if (!follows(now)) {
      tellForm(now, null, attachment);
      await forget(now.id);
      return true;
    }
    // First the record, then what belongs to it.
    const save = localStorage.getItem(saveOf(now.form, now.record));
    if (save) {
      // One that was refused goes nowhere until somebody corrects it.
      isBehind ||= !read(save)?.problem;
      return true;
    }
    remember(now, null, attachment);
    const said = await ask('POST', `/files/${attachment.id}/place`);
    if (isAway(said)) return false;
    if (isSignedOut(said)) return signOut();
    if (said.error) dismiss(now, attachment);
    // What nobody has put into its place is swept away after a week.
    if (said.error === 'not_found' && photo.attachment) {
      await change(now.id, { attachment: undefined });
      return true;
    }
    if (said.error) return !!(await refuse(now, said));
    tellDrafts(now, attachment);
    remember(now, said.answer.version, attachment);
    tellForm(now, said.answer.version, attachment);
    news?.postMessage({ photo: { form: now.form, record: now.record, field: now.field }, version: said.answer.version, attachment });
    await forget(now.id);
    done.photos += 1;
    refresh(now.tab, `/m/${now.tab}?open=${now.record}`);
    return true;
  }

  const refuse = (photo, said) => change(photo.id, { problem: say(said) });

  /** Whether a photo is there whose record is still on its way. */
  let isBehind = false;
  let isOut = false;
  function signOut() {
    isOut = true;
    return false;
  }

  async function sendDeletion(deletion) {
    const { form, record, version, tab } = deletion;
    const said = await ask('POST', '/api/delete_record', JSON.stringify({ form, id: record, version }), 'application/json');
    if (isAway(said)) return false;
    if (isSignedOut(said)) return signOut();
    if (!localStorage.getItem(deletion.key)) return true;
    if (said.error && said.error !== 'not_found') {
      const { key, ...kept } = deletion;
      localStorage.setItem(key, JSON.stringify({ ...kept, problem: say(said) }));
      return true;
    }
    gone.add(record);
    localStorage.removeItem(deletion.key);
    for (const photo of await photos()) if (nameOf(photo) === `${form}/${record}`) await forget(photo.id);
    done.deletions += 1;
    refresh(tab);
    return true;
  }

  /** What the browser keeps of the pages for later is old now. */
  function refresh(tab, ...more) {
    navigator.serviceWorker?.controller?.postMessage({ anew: [...more, `/m/${tab}`, '/m'] });
  }

  // A record that was saved has another page than the one that is kept for later, or none yet.

  const SENT = `sent/${account}`;
  const sent = () => read(localStorage.getItem(SENT) ?? '[]') ?? [];

  function noteSaved(form, record) {
    const tab = location.pathname.split('/')[2];
    const others = sent().filter((one) => one.record !== record);
    localStorage.setItem(SENT, JSON.stringify([...others, { tab, form, record }].slice(-50)));
  }

  function renew() {
    const worker = navigator.serviceWorker?.controller;
    if (!worker) return;
    const waits = ({ form, record }) => localStorage.getItem(saveOf(form, record)) !== null;
    const arrived = sent().filter((one) => !waits(one));
    // The page of a new one may still show what has been saved since.
    const pages = arrived.flatMap(({ tab, record }) => [`/m/${tab}?open=${record}`, `/m/${tab}?open=new`]);
    if (pages.length) worker.postMessage({ anew: [...new Set(pages)] });
    localStorage.setItem(SENT, JSON.stringify(sent().filter(waits)));
  }

  /** Everything that can go, one after the other; false when the network is away. */
  async function work() {
    isOut = isBehind = false;
    await markLeft();
    for (const deletion of deletions().filter(({ problem }) => !problem)) if (!(await sendDeletion(deletion))) return false;
    const tried = new Set();
    for (;;) {
      const may = (photo) =>
        !tried.has(photo.id) && !photo.problem && (follows(photo) || open.has(slotOf(photo)) || !photo.isReady) && !localStorage.getItem(deletionOf(photo.form, photo.record));
      const next = (await photos()).find(may);
      if (!next) return true;
      tried.add(next.id);
      if (!(await sendPhoto(next))) return false;
      draw();
    }
  }

  let [sending, isAsked, wait, timer] = [undefined, false, FIRST_WAIT, 0];

  /** Only one page sends at a time, as far as the browser can see to it; the server bears two. */
  async function inTurn(act) {
    if (!navigator.locks) return act();
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), TURN);
    let answer;
    const began = () => {
      clearTimeout(late);
      return act();
    };
    try {
      answer = await navigator.locks.request('waiting', { signal: stop.signal }, began);
    } catch (error) {
      if (error?.name !== 'AbortError') throw error;
      answer = await act();
    }
    return answer;
  }

  /** Sends what can go, or goes on with it; ends when nothing more can. */
  function send() {
    isAsked = true;
    return (sending ??= sendAll());
  }

  async function sendAll() {
    clearTimeout(timer);
    let isDone = false;
    try {
      do {
        isAsked = false;
        isDone = await inTurn(work);
      } while (isDone && isAsked);
    } finally {
      sending = undefined;
      if (isDone) renew();
      wait = isDone ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
      timer = setTimeout(send, isBehind ? BEHIND : isDone || isOut ? PAUSE : wait);
      await draw();
      news?.postMessage({});
    }
  }

  // What people see.

  const block = host.parentElement.insertBefore(document.createElement('div'), host.nextSibling);
  block.className = 'waiting';

  function node(tag, classes, text, ...children) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  }

  function button(text, classes, act, label) {
    const made = node('button', classes, text);
    made.type = 'button';
    if (label) made.setAttribute('aria-label', label);
    made.addEventListener('click', act);
    return made;
  }

  function link(text, address) {
    const made = node('a', 'button', text);
    made.href = address;
    made.setAttribute('role', 'button');
    return made;
  }

  function notice(classes, role, ...children) {
    const made = node('div', `notice ${classes}`, '', ...children);
    made.setAttribute('role', role);
    return made;
  }

  function thumbnail(photo) {
    const made = node(photo.thumbnail ? 'img' : 'span', 'thumbnail');
    if (photo.thumbnail) [made.src, made.alt] = [photo.thumbnail, ''];
    return made;
  }

  const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
  const drop = (photo) => async () => {
    await forget(photo.id);
    await draw();
  };
  const when = () => (isOut ? '请重新登录后' : '联网后自动');
  const addressOf = ({ tab, record }, isStored) => `/m/${tab}?open=${isStored ? record : 'new'}`;

  /** Puts these in the place of those that are there. What has not changed stays: somebody may be pressing it. */
  function renewed(parent, nodes) {
    nodes.forEach((made, at) => {
      const there = parent.children[at];
      if (!there) parent.append(made);
      else if (!there.isEqualNode(made)) there.replaceWith(made);
    });
    while (parent.children.length > nodes.length) parent.lastElementChild.remove();
  }

  /** Which photos a line is about: one that looks the same may be about others. */
  function about(made, some) {
    made.dataset.about = some.map(({ id }) => id).join(' ');
    return made;
  }

  /** A photo beside its field. */
  function line(photo) {
    const made = node('li', photo.problem ? 'wrong' : '', '', thumbnail(photo), node('span', 'file-name', photo.name), node('span', 'muted', size(photo.content.size)));
    const sent = progress.get(photo.id);
    if (photo.problem) {
      const problem = node('span', 'problem', photo.problem);
      problem.setAttribute('role', 'alert');
      made.append(problem);
    } else if (sent) {
      const bar = node('progress');
      [bar.max, bar.value] = [100, sent];
      made.append(bar);
    } else {
      made.append(node('span', 'tag amber', '待上传'));
    }
    made.append(button('移除', 'link', drop(photo), `移除 ${photo.name}`));
    return about(made, [photo]);
  }

  /** The line that stands for a card whose record is going to be deleted. */
  function mourn(card, deletion) {
    const undo = button('撤销', '', () => {
      localStorage.removeItem(deletion.key);
      // What was saved before and had not been sent yet waits again.
      if (deletion.save) localStorage.setItem(saveOf(deletion.form, deletion.record), deletion.save);
      draw();
    }, `撤销删除 ${deletion.name}`);
    const made = node('div', 'record-card going', '', node('span', '', deletion.name), node('span', 'tag amber', '待删除'), undo);
    made.dataset.going = deletion.record;
    card.hidden = true;
    card.after(made);
  }

  /** Cards of this page, and how many of the deletions they show. */
  function drawCards(waiting) {
    for (const going of document.querySelectorAll('[data-going]')) {
      const deletion = waiting.find(({ record }) => record === going.dataset.going);
      if (deletion) continue;
      const card = going.previousElementSibling;
      if (gone.has(going.dataset.going)) card.remove();
      else card.hidden = false;
      going.remove();
    }
    let shown = 0;
    for (const deletion of waiting) {
      const card = document.querySelector(`a.record-card[href$="open=${CSS.escape(deletion.record)}"]`);
      if (!card) continue;
      shown += 1;
      if (!card.hidden) mourn(card, deletion);
    }
    return shown;
  }

  let drawing = Promise.resolve();
  const draw = () => (drawing = drawing.then(drawNow, drawNow));

  async function drawNow() {
    const all = await photos();
    for (const [slot, { list }] of lists) renewed(list, all.filter((photo) => slotOf(photo) === slot).map(line));
    const every = deletions();
    const waiting = every.filter(({ problem }) => !problem);
    const shown = drawCards(waiting);
    const elsewhere = all.filter((photo) => !open.has(slotOf(photo)));
    const owed = elsewhere.filter((photo) => !photo.problem && follows(photo));
    const unsaved = new Map(elsewhere.filter((photo) => !photo.problem && !follows(photo)).map((photo) => [nameOf(photo), photo]));
    const lines = [];
    if (done.photos) lines.push(notice('done', 'status', node('span', '', `${done.photos} 张照片已上传`)));
    if (done.deletions) lines.push(notice('done', 'status', node('span', '', `${done.deletions} 条记录已删除`)));
    if (waiting.length > shown) lines.push(notice('kept', 'status', node('span', '', `有 ${waiting.length} 条记录待删除，${when()}删除`)));
    if (owed.length) {
      const [sent] = owed.map(({ id }) => progress.get(id)).filter((percent) => percent !== undefined);
      const text = sent === undefined ? `有 ${owed.length} 张照片待上传，${when()}上传` : `有 ${owed.length} 张照片待上传，正在上传 ${sent}%`;
      lines.push(notice('kept', 'status', node('div', 'thumbnails', '', ...owed.slice(0, 4).map(thumbnail)), node('span', '', text)));
    }
    for (const photo of elsewhere.filter(({ problem }) => problem)) {
      const words = node('p', '', `${photo.title}：照片“${photo.name}”没有上传：${photo.problem}`);
      const made = notice('stale', 'alert', words, thumbnail(photo), link('修改', addressOf(photo, follows(photo))), button('丢弃', '', drop(photo)));
      lines.push(about(made, [photo]));
    }
    for (const photo of unsaved.values()) {
      const some = elsewhere.filter((one) => nameOf(one) === nameOf(photo));
      const throwAway = async () => {
        for (const one of some) await forget(one.id);
        await draw();
      };
      const words = node('p', '', `${photo.title}：有 ${some.length} 张照片选好后还没有保存`);
      const made = notice('stale', 'status', words, link('继续填写', addressOf(photo, photo.isStored)), button('丢弃', '', throwAway));
      lines.push(about(made, some));
    }
    for (const deletion of every.filter(({ problem }) => problem)) {
      const end = () => {
        localStorage.removeItem(deletion.key);
        if (deletion.save) localStorage.setItem(saveOf(deletion.form, deletion.record), deletion.save);
        draw();
      };
      const words = node('p', '', `${deletion.title}“${deletion.name}”没有删除：${deletion.problem}`);
      const made = notice('stale', 'alert', words, link('查看', addressOf(deletion, true)), button('不再删除', '', end));
      lines.push(about(made, [{ id: deletion.key }]));
    }
    renewed(block, lines);
  }

  // Photos of the form of this page.

  const lists = new Map();

  async function take(slot, files) {
    const isStored = Number(document.querySelector('#live input[name="~version"]')?.value) > 0;
    for (const file of files) {
      await keep({ ...slot, id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, account, name: file.name, content: file, at: Date.now() + Math.random(), isStored });
      open.get(slotOf(slot))?.('');
    }
    await draw();
    navigator.storage?.persist?.().catch(() => {});
    for (const photo of await photos()) if (!photo.isReady && slotOf(photo) === slotOf(slot)) await ready(photo);
    await draw();
    await send();
  }

  function show(input, list, heard, form, tab, title, record, field) {
    const slot = { form, tab, title, record, field };
    open.set(slotOf(slot), heard);
    lists.set(slotOf(slot), { list });
    remind(slot);
    const taken = () => {
      const files = [...input.files];
      input.value = '';
      if (files.length) take(slot, files);
    };
    input.addEventListener('change', taken);
    taken();
    draw().then(send);
  }

  const words = {
    show,
    saved(form, record) {
      noteSaved(form, record);
      mark(form, record, true).then(send);
    },
    unsaved: (form, record) => mark(form, record, false).then(send),
    async dropped(form, record) {
      for (const photo of await photos()) if (nameOf(photo) === `${form}/${record}`) await forget(photo.id);
    },
  };
  const early = window.waiting?.calls ?? [];
  window.waiting = (word, ...about) => words[word]?.(...about);

  // Deleting the record of this page: asked here, so that it needs no network.

  function askToDelete(event) {
    const asked = event.target.closest?.('a.danger[href*="mode=delete"]');
    const live = document.getElementById('live');
    if (!asked || !live || typeof HTMLDialogElement === 'undefined') return;
    event.preventDefault();
    const held = (name) => live.querySelector(`input[name="~${name}"]`)?.value ?? '';
    const [form, record, tab] = [live.dataset.form, held('id'), held('tab')];
    const name = live.dataset.name || document.querySelector('h1')?.textContent || '';
    const title = (document.querySelector('h1')?.textContent ?? '').replace(/^编辑 /, '');
    const box = node('dialog', 'question-box', '', node('p', '', `确定删除“${name}”吗？照片将一并删除。`));
    box.setAttribute('aria-label', '删除');
    const sure = button('确定', 'danger', async () => {
      sure.disabled = true;
      const save = localStorage.getItem(saveOf(form, record)) ?? undefined;
      const deletion = { form, record, tab, title, name, version: Number(held('version')), save };
      localStorage.setItem(deletionOf(form, record), JSON.stringify(deletion));
      localStorage.removeItem(saveOf(form, record));
      // Without a network this takes no time; with a slow one the list is shown after a moment, and it goes on there.
      const slow = new Promise((late) => setTimeout(late, 4_000));
      await Promise.race([send(), slow]);
      location.replace(`/m/${tab}${gone.has(record) ? '?notice=deleted' : ''}`);
    });
    box.append(node('div', 'phone-links', '', button('取消', '', () => box.close()), sure));
    box.addEventListener('close', () => box.remove());
    document.body.append(box);
    box.showModal();
  }

  document.addEventListener('click', askToDelete);
  window.addEventListener('online', () => {
    wait = FIRST_WAIT;
    send();
  });
  document.addEventListener('visibilitychange', () => document.hidden || send());
  news?.addEventListener('message', ({ data }) => {
    if (data.photo) tellForm(data.photo, data.version, data.attachment);
    draw();
  });
  early.forEach((call) => window.waiting(...call));
  draw().then(send);
})();

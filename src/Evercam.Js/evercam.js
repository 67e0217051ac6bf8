/*!
 * evercam.js 1.0.0: live pictures of cameras on any web page, and the Evercam API for its scripts.
 * Part of Evercam Server, whose docs/evercam-js.md says how to use it. MIT licence.
 */
(function (window, document) {
  'use strict';

  // Loaded twice: the first copy stays, and meets the jQuery that may have come since.
  if (window.Evercam?.plugInto) {
    window.Evercam.plugInto(window.jQuery);
    return;
  }

  /** How many milliseconds a picture may take, and a camera that gives none is left alone at most. */
  const PATIENCE = 30000;
  const NAMELESS = "Camera name can't be empty";

  /** @type {{api_id?: string, api_key?: string}} The keys that travel with every call. */
  let auth = {};
  let withCredentials = false;
  let $ = window.jQuery;

  // ------------------------------------------------------------------------------------------------- pictures

  /** Gives back what pictures occupy whose images are gone. */
  const forgotten = new FinalizationRegistry((url) => URL.revokeObjectURL(url));

  /** Something that images can show, for as long as one of them does. */
  class Picture {
    /** @param {Blob} blob */
    constructor(blob) {
      this.blob = blob;
      this.url = URL.createObjectURL(blob);
      forgotten.register(this, this.url, this);
    }

    /** Ends when the picture proved whole. @returns {Promise<this>} */
    check() {
      return new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve(Object.assign(this, { width: image.naturalWidth, height: image.naturalHeight }));
        image.onerror = () => reject(new Fault('Camera offline', 'not a picture'));
        image.src = this.url;
      });
    }

    /** To be called when no image shows it any more. */
    release() {
      URL.revokeObjectURL(this.url);
      forgotten.unregister(this);
    }
  }

  /** Why there is no picture: in words for people, and in the server's own for the console. */
  class Fault extends Error {
    constructor(words, detail) {
      super(words);
      this.detail = detail;
    }

    /** @param {Response} answer */
    static async of(answer) {
      const { message } = await answer.json().catch(() => ({}));
      const known = { 401: 'Wrong keys', 403: 'Private camera', 404: 'No such camera' };
      const isPassword = answer.status === 403 && message !== 'Unauthorized';
      return new Fault((!isPassword && known[answer.status]) || 'Camera offline', message || `status ${answer.status}`);
    }
  }

  /** The picture of now. @param {string} name @param {AbortSignal} signal @returns {Promise<Picture>} */
  async function take(name, signal) {
    const url = Camera.snapshotUrl(name);
    const answer = await fetch(`${url}${url.includes('?') ? '&' : '?'}_=${Date.now()}`, {
      signal, cache: 'no-store', credentials: withCredentials ? 'include' : 'same-origin',
    });
    if (!answer.ok) throw await Fault.of(answer);
    const picture = new Picture(await answer.blob());
    try {
      await picture.check();
      signal.throwIfAborted();
      return picture;
    } catch (fault) {
      picture.release();
      throw fault;
    }
  }

  // ------------------------------------------------------------------------ what stands where there is no picture

  const draw = (width, height, content, fit = 'xMidYMid') => new Picture(new Blob([
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` preserveAspectRatio="${fit}" font-family="system-ui, sans-serif" fill="none">${content}</svg>`,
  ], { type: 'image/svg+xml' }));

  const ICONS = {
    lock: '<rect x="139" y="64" width="42" height="32" rx="5"/><path d="M147 64v-10a13 13 0 0 1 26 0v10M160 76v8"/>',
    camera: '<rect x="132" y="58" width="40" height="34" rx="5"/><path d="M172 71l18-9v26l-18-9M130 100l62-52"/>',
  };

  const placeholder = (words) => draw(320, 180, '<rect x="-3200" y="-1800" width="6720" height="3780" fill="#232c37"/>'
    + `<g stroke="#a9b4c0" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">${
      words === 'Private camera' ? ICONS.lock : ICONS.camera}</g>`
    + `<text x="160" y="132" font-size="20" fill="#e7ecf1" text-anchor="middle">${words}</text>`);

  /** The last picture, with a mark that tells from when it is. @param {Picture} last @param {Date} from */
  async function old(last, from) {
    const data = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(last.blob);
    });
    const time = from.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const scale = last.height / 180;
    return draw(last.width, last.height, `<image href="${data}" width="${last.width}" height="${last.height}"/>`
      + `<g transform="translate(${last.width - 6 * scale} ${last.height - 28 * scale}) scale(${scale})">`
      + '<rect x="-72" width="72" height="22" rx="11" fill="#12171d" fill-opacity=".72"/>'
      + '<path d="M-62 11a5 5 0 1 0 10 0a5 5 0 1 0-10 0M-60.5 14.5l7-7" stroke="#ffb74d" stroke-width="2"/>'
      + `<text x="-10" y="15.5" font-size="13" fill="#fff" text-anchor="end">${time}</text></g>`, 'none');
  }

  // --------------------------------------------------------------------------------------------- images and feeds

  /** @type {WeakMap<HTMLImageElement, Viewer>} */
  const viewers = new WeakMap();

  /** An image and the camera that it shows. */
  class Viewer {
    constructor(img, name, refresh) {
      Object.assign(this, { img, name, refresh, isOver: false, isByAttributes: false, said: null, own: {} });
    }

    start() {
      if (!this.isOver) Feed.of(this).add(this);
    }

    /** @param {Picture} picture @param {string} words Why it is not the picture of now; empty when it is. */
    show(picture, words) {
      this.picture = picture;
      this.img.src = picture.url;
      if (words || this.said) this.say(words);
    }

    /** Ends it as if it had never been, but for the picture. */
    end() {
      Object.assign(this, { isOver: true, isByAttributes: false });
      if (this.said) this.say('');
    }

    /** Says what is wrong in place of the image's own words; those come back when nothing is. */
    say(words) {
      const { img, own, said } = this;
      for (const attribute of ['alt', 'title']) {
        const now = img.getAttribute(attribute);
        if (said === null || now !== said) own[attribute] = now;
      }
      this.said = words ? `${own.alt || this.name}: ${words}` : null;
      for (const attribute of ['alt', 'title']) {
        const text = this.said ?? own[attribute];
        if (text === null) img.removeAttribute(attribute); else img.setAttribute(attribute, text);
      }
    }
  }

  /** The pictures of one camera for all images that want them equally often: one request serves them all. */
  class Feed {
    /** @type {Map<string, Feed>} Those that load, wait, or sleep because nobody looks at the page. */
    static all = new Map();

    /** @param {Viewer} viewer */
    static of({ name, refresh }) {
      const key = `${refresh} ${name}`;
      if (!Feed.all.has(key)) Feed.all.set(key, new Feed(key, name, refresh));
      return Feed.all.get(key);
    }

    /** @type {Set<Viewer>} */
    viewers = new Set();
    /** @type {?Picture} What the images show, and the words for it where it is not the picture of now. */
    shown = null;
    words = '';
    /** @type {?Picture} The last that the camera gave, and when that was. */
    last = null;
    lastAt = new Date(0);
    failures = 0;
    fault = '';
    timer = 0;
    /** @type {?AbortController} The request under way, and whether its answer is not wanted any more. */
    request = null;
    isStale = false;

    constructor(key, name, refresh) {
      Object.assign(this, { key, name, refresh });
    }

    add(viewer) {
      if (this.viewers.has(viewer)) return;
      this.viewers.add(viewer);
      if (this.shown) viewer.show(this.shown, this.words);
      if (!this.timer) this.tick();
    }

    /** The time for a picture has come. Images that left the page end their part in it. */
    tick() {
      if (this.request) return;
      clearTimeout(this.timer);
      this.timer = 0;
      for (const viewer of this.shown ? this.viewers : []) {
        if (viewer.isOver || !viewer.img.isConnected) this.viewers.delete(viewer);
      }
      if (this.viewers.size === 0) Feed.all.delete(this.key);
      else if (!document.hidden || !this.shown) this.load();
    }

    async load() {
      const begun = performance.now();
      const request = this.request = new AbortController();
      const patience = setTimeout(() => request.abort(), PATIENCE);
      try {
        const picture = await take(this.name, request.signal);
        Object.assign(this, { failures: 0, fault: '', last: picture, lastAt: new Date() });
        this.give(picture, '');
      } catch (fault) {
        if (!this.isStale) await this.fail(fault);
      }
      clearTimeout(patience);
      this.request = null;
      this.wait(begun);
    }

    /** Waits for the next picture. One that is wanted once is waited for until it came. */
    wait(begun) {
      const pause = Math.max(this.refresh, this.failures && Math.min(500 * 2 ** this.failures, PATIENCE));
      if (this.isStale) {
        this.isStale = false;
        this.tick();
      } else if (pause > 0) {
        this.timer = setTimeout(() => this.tick(), Math.max(0, begun + pause - performance.now()));
      } else {
        for (const viewer of this.viewers) viewer.isOver = true;
        Feed.all.delete(this.key);
      }
    }

    async fail(fault) {
      this.failures++;
      const words = fault instanceof Fault ? fault.message : 'No connection';
      if (this.fault === words) return;
      this.fault = words;
      console.warn(`Evercam: no picture of ${this.name}: ${words} (${fault.detail || fault.message})`);
      if (this.last) this.give(await old(this.last, this.lastAt), `${words}, picture of ${this.lastAt.toLocaleString()}`);
      else this.give(placeholder(words), words);
    }

    give(picture, words) {
      const before = this.shown;
      this.shown = picture;
      this.words = words;
      for (const viewer of this.viewers) if (!viewer.isOver) viewer.show(picture, words);
      if (before) before.release();
    }

    /** Asks at once, as someone else: what was seen before is not the last picture of whoever asks now. */
    renew() {
      Object.assign(this, { failures: 0, fault: '', last: null, isStale: this.request !== null });
      if (this.request) this.request.abort(); else this.tick();
    }
  }

  const renew = () => Feed.all.forEach((feed) => feed.renew());

  /** Shows a camera in an image, in place of what it showed before. */
  function watch(img, name, refresh) {
    const before = viewers.get(img);
    if (before) {
      before.end();
    } else {
      const stop = () => { viewers.get(img).isOver = true; };
      if ($) $(img).on('abort.evercam', stop); else img.addEventListener('abort', stop);
    }
    const viewer = new Viewer(img, name, refresh);
    viewers.set(img, viewer);
    viewer.start();
    return viewer;
  }

  /** Milliseconds from what a page says, or the default where it says nothing that is a number. */
  function interval(text, unit = 1) {
    const number = text === null || text === undefined || String(text).trim() === '' ? NaN : Number(text) * unit;
    return Math.min(Math.max(0, Number.isFinite(number) ? number : Number(Evercam.refresh) || 0), 2 ** 31 - 1);
  }

  /** Shows the camera that an element's attributes name. */
  function obey(img, name, refresh) {
    const known = viewers.get(img);
    if (!name) {
      known?.end();
      if (name === '') setTimeout(() => { throw new Error(NAMELESS); });
    } else if (known?.isByAttributes && known.name === name && known.refresh === refresh) {
      known.start();
    } else {
      watch(img, name, refresh).isByAttributes = true;
    }
  }

  /** The plugin call: `$(img).evercam('snapshot', { name, refresh })`. @this {JQuery} */
  function snapshot(options) {
    const { name, refresh } = options ?? {};
    if (!name) throw new Error(NAMELESS);
    return this.each((_, img) => { watch(img, String(name), interval(refresh)); });
  }

  const read = (img) => obey(img, img.getAttribute('evercam'), interval(img.getAttribute('refresh')));

  /** An image that came onto the page, or came back. */
  function meet(img) {
    const known = viewers.get(img);
    if (known && !known.isByAttributes) known.start();
    else if (img.hasAttribute('evercam')) read(img);
  }

  function begin() {
    Evercam.plugInto(window.jQuery);
    document.querySelectorAll('img[evercam]').forEach(meet);
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        if (type === 'attributes' && target.localName === 'img') {
          if (target.hasAttribute('evercam') || viewers.get(target)?.isByAttributes) read(target);
        }
        for (const node of addedNodes) {
          if (node.localName === 'img') meet(node);
          else if (node.querySelectorAll) node.querySelectorAll('img').forEach(meet);
        }
      }
    }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['evercam', 'refresh'] });
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) Feed.all.forEach((feed) => { if (!feed.timer) feed.tick(); });
  });
  window.addEventListener('online', () => Feed.all.forEach((feed) => { if (feed.failures) feed.tick(); }));

  // ------------------------------------------------------------------------------------------ <evercam-camera>

  const style = new CSSStyleSheet();
  style.replaceSync(':host{display:inline-block}:host([hidden]){display:none}img{max-width:100%;vertical-align:top}');

  /** `<evercam-camera camera="ID" refresh="5">`, with the refresh in seconds; its image is `::part(picture)`. */
  class CameraElement extends HTMLElement {
    static observedAttributes = ['camera', 'refresh', 'width', 'height', 'alt'];

    constructor() {
      super();
      this.img = document.createElement('img');
      this.img.part.add('picture');
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [style];
      root.append(this.img);
    }

    connectedCallback() {
      obey(this.img, this.getAttribute('camera'), interval(this.getAttribute('refresh'), 1000));
    }

    attributeChangedCallback(attribute, _, now) {
      if (attribute === 'camera' || attribute === 'refresh') {
        if (this.isConnected) this.connectedCallback();
      } else if (now === null) {
        this.img.removeAttribute(attribute);
      } else {
        this.img.setAttribute(attribute, now);
      }
    }
  }

  // ---------------------------------------------------------------------------------------------------- the API

  const id = encodeURIComponent;
  const first = (root) => (answer) => answer[root][0];
  const all = (root) => (answer) => answer[root];
  const pick = (data, fields) => (fields ? Object.fromEntries(fields.map((field) => [field, data[field]])) : data);

  /** Builds the URLs of one kind of thing: all of them, or what `ext` leads to. */
  const urls = (base) => (ext) => `${Evercam.apiUrl}/${base}${ext === undefined ? '' : `/${ext}`}`;

  /** Asks the API. @returns {JQuery.Promise} */
  function ask(method, url, data) {
    if (!$) throw new Error('Evercam asks the API with jQuery, which is not on this page');
    return $.ajax({ method, url, data: { ...data, ...auth }, dataType: 'json', xhrFields: { withCredentials } });
  }

  class Camera {
    static url = urls('cameras');
    static by_id = (name) => ask('GET', Camera.url(id(name)))
      .then((answer) => Object.assign(new Camera(name), { data: answer.cameras[0] }));
    static create = (params) => ask('POST', Camera.url(), params);
    static remove = (name) => ask('DELETE', Camera.url(id(name)));
    static snapshotUrl(name) {
      const query = new URLSearchParams(auth).toString();
      return Camera.url(`${id(name)}/snapshot.jpg`) + (query && `?${query}`);
    }

    constructor(name) {
      this.name = name;
      this.data = null;
    }

    update(fields) {
      return ask('PATCH', Camera.url(id(this.data.id ?? this.name)), pick(this.data, fields));
    }
  }

  class User {
    static url = urls('users');
    static create = (params) => ask('POST', User.url(), params).then(first('users'));
    static cameras = (login) => ask('GET', User.url(`${id(login)}/cameras`)).then(all('cameras'));
    static by_login = (login) => ask('GET', User.url(id(login)))
      .then((answer) => Object.assign(new User(login), { data: answer.users[0] }));

    constructor(login) {
      this.login = login;
      this.data = null;
    }

    update(fields) {
      return ask('PATCH', User.url(id(this.login)), pick(this.data, fields));
    }
  }

  class Model {
    static url = urls('models');
    static all = () => ask('GET', Model.url()).then(all('vendors'));
    static by_vendor = (vendor) => ask('GET', Model.url(id(vendor))).then(first('vendors'));
    static by_model = (vendor, model) => ask('GET', Model.url(`${id(vendor)}/${id(model)}`)).then(first('models'));
  }

  class Vendor {
    static url = urls('vendors');
    static all = () => ask('GET', Vendor.url()).then(all('vendors'));
    static by_mac = (mac) => ask('GET', Vendor.url(id(mac))).then(all('vendors'));
  }

  /** The API of the server that this script came from; of evercam.io where it came from elsewhere. */
  const own = /^(https?:.*)\/js\/(?:v1\/)?evercam\.js(?:[?#].*)?$/.exec(document.currentScript?.src ?? '');

  const Evercam = window.Evercam = {
    version: '1.0.0',
    apiUrl: own ? `${own[1]}/v1` : 'https://api.evercam.io/v1',
    refresh: 0,
    Camera, User, Model, Vendor,

    setApiUrl(url) {
      this.apiUrl = url;
      renew();
    },

    setAuth(keys) {
      auth = keys ? { api_id: keys.api_id, api_key: keys.api_key } : {};
      renew();
    },

    get withCredentials() {
      return withCredentials;
    },

    set withCredentials(value) {
      withCredentials = Boolean(value);
      renew();
    },

    plugInto(jQuery) {
      if (!jQuery?.fn) return;
      $ = jQuery;
      $.fn.camera ??= snapshot;
      $.fn.evercam = function (method, options) {
        if (method !== 'snapshot') throw new Error('Unknown method');
        return snapshot.call(this, options);
      };
    },
  };

  Evercam.plugInto($);
  customElements.define('evercam-camera', CameraElement);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})(window, document);

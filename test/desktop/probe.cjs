// Loaded into the main process before the app, by Electron as by the stand-in: answers what a person would, and remembers what
// the system was asked to show. Plain CommonJS, since Electron loads it with `-r`.
const { app, dialog, Notification, safeStorage, shell, Tray } = require('electron');

/** @typedef {{ message: string, detail: string, buttons: string[], byEnter: string, byEscape: string, answered: string | null }} Box */

const given = JSON.parse(process.env.PROBE ?? '{}');
const probe = {
  /** @type {Box[]} */
  boxes: [],
  /** @type {{ title: string, message: string }[]} */
  errors: [],
  /** @type {{ title: string, body: string, click(): void }[]} */
  notices: [],
  /** @type {string[]} */
  opened: [],
  /** @type {{ items: { id?: string, label?: string, enabled: boolean, click(): void }[] } | null} */
  menu: null,
  /** Answers to dialogs to come: labels of buttons. */
  answers: /** @type {string[]} */ (given.answers ?? []),
  /** Where the save dialog says the file goes. */
  savePath: given.savePath ?? '',
  /** @type {((label: string) => void) | null} */
  answer: null,
  /** How often the app was started while it was open. */
  secondStarts: 0,
};
Object.assign(globalThis, { probe });
app.on('second-instance', () => void probe.secondStarts++);

Object.assign(dialog, {
  showErrorBox(/** @type {string} */ title, /** @type {string} */ message) {
    probe.errors.push({ title, message });
  },
  showMessageBox(/** @type {any[]} */ ...args) {
    const { message, detail = '', buttons, defaultId, cancelId, signal } = args.at(-1);
    /** @type {Box} */
    const box = { message, detail, buttons, byEnter: buttons[defaultId], byEscape: buttons[cancelId], answered: null };
    probe.boxes.push(box);
    return new Promise((resolve) => {
      const answer = (/** @type {string} */ label) => {
        box.answered = label;
        resolve({ response: buttons.indexOf(label), checkboxChecked: false });
      };
      signal?.addEventListener('abort', () => resolve({ response: cancelId, checkboxChecked: false }));
      const next = probe.answers.shift();
      if (next === undefined) probe.answer = answer;
      else answer(next);
    });
  },
  showSaveDialog: async () => ({ canceled: probe.savePath === '', filePath: probe.savePath }),
});
shell.openExternal = async (url) => void probe.opened.push(url);
shell.openPath = async (path) => {
  probe.opened.push(path);
  return '';
};
shell.showItemInFolder = (path) => void probe.opened.push(path);
Notification.prototype.show = function show() {
  probe.notices.push({ title: this.title, body: this.body, click: () => void this.emit('click') });
};
const { setContextMenu } = Tray.prototype;
Tray.prototype.setContextMenu = function remember(menu) {
  probe.menu = /** @type {any} */ (menu);
  setContextMenu.call(this, menu);
};

// `keychain`: the name of a backend, `none` for no encryption at all. Without it the system's own.
if (given.keychain) safeStorage.getSelectedStorageBackend = () => given.keychain;
if (given.keychain === 'none') safeStorage.isAsyncEncryptionAvailable = async () => false;

/** What the gateway needs from where it runs. Electron, plain Node and the tests each implement it. */
export interface Host {
  paths: {
    /** Folder for the database, the journal and the key file. It exists and is writable. */
    data: string;
    /** Folder with migrations and classifier weights. */
    resources: string;
    /** The model registry as shipped. */
    models: string;
    /** Folder with the built dashboard, where there is one. */
    dashboard?: string;
  };
  cipher: Cipher;
  notify(notice: Notice): void;
  log: Logger;
}

/** Seals provider keys. `open` throws when a sealed text cannot be read; the caller keeps it and asks for the key again. */
export interface Cipher {
  kind: 'keychain' | 'file' | 'memory';
  seal(text: string): Promise<Uint8Array>;
  open(sealed: Uint8Array): Promise<string>;
}

export interface Notice {
  title: string;
  body: string;
  /** The dashboard page that tells more, such as `/providers`. */
  page?: string;
}

/** Never given a key, a prompt or a reply. `facts` are short values for a person who reads the log. */
export interface Logger {
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
}

import type { DesktopState, ImportedKey, PreferencesPatch } from '../contract/desktop.ts';

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
  /** Whose tools can be pointed at the gateway. */
  user: Surroundings;
  notify(notice: Notice): void;
  /** The language (BCP 47) of whoever reads notices, as it is now; English where there is none. */
  language?(): string;
  log: Logger;
  /** Where the gateway runs inside the desktop app: what its pages may ask of the app. */
  desktop?: Desktop;
}

/** Where a person's programs keep their configuration. */
export interface Surroundings {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  home: string;
}

export interface Desktop {
  state(): DesktopState;
  update(patch: PreferencesPatch): Promise<void>;
  /** Checks keys that were found in the environment, and keeps them. */
  importKeys(variables: readonly string[]): Promise<ImportedKey[]>;
  dismissCrash(): Promise<void>;
  /** The path of the zip; null where the person changed their mind. */
  exportDiagnostics(): Promise<string | null>;
  openDataDirectory(): Promise<boolean>;
  checkForUpdate(): Promise<void>;
  /** False where no update is ready. Else the app is on its way out when this returns. */
  installUpdate(): Promise<boolean>;
  onChange(listener: () => void): void;
}

/** Seals provider keys. */
export interface Cipher {
  seal(text: string): Promise<Sealed>;
  /** Throws when the text cannot be read; the caller keeps it and asks for the key again. */
  open(sealed: Sealed): Promise<Opened>;
  /** Whether this host could open what `by` sealed. False: not worth trying. */
  opens(by: string): boolean;
}

interface Sealed {
  bytes: Uint8Array;
  /** What sealed it, such as `file` or `gnome_libsecret`. */
  by: string;
}

interface Opened {
  text: string;
  /** Sealing it again would keep it safer, or the system has asked for that. */
  reseal: boolean;
}

export interface Notice {
  /** What it is about; a person can switch each kind off. */
  kind: 'prices' | 'budget' | 'provider' | 'key' | 'alert';
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

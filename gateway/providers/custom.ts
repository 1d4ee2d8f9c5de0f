import type { CustomProvider } from '../../contract/index.ts';
import type { DialectName } from '../chat.ts';
import type { Database } from '../db/open.ts';
import { GatewayError } from '../errors.ts';
import type { Cipher, Logger } from '../host.ts';
import { refuseUnsafe } from './address.ts';
import { BUILT_IN, type Provider, readBaseUrl } from './catalog.ts';
import { openCustomStore, type StoredProvider } from './custom-store.ts';
import { DEMO_PROVIDER } from './demo.ts';
import { LIST_PATHS } from './listing.ts';

type Definition = Omit<CustomProvider, 'headers'>;
type Headers = Record<string, string>;

/** A custom provider: its row, and what can be shown of it. */
export interface Custom {
  provider: Provider;
  definition: Definition;
  headerNames: readonly string[];
  /** Its headers are sealed, but this run's cipher cannot open them. */
  headersUnreadable: boolean;
  listedModels: readonly string[];
  createdAtMs: number;
  /** Declared in a configuration file: in force for this run, stored nowhere. */
  declared: boolean;
}

/** What is to change; null takes a field away, absent fields stay. */
type CustomChanges = { [Name in keyof Definition]?: Definition[Name] | null | undefined } & {
  headers?: Record<string, string | null> | undefined;
};

/** Providers that the owner added. Their headers are sealed at rest and opened only at the moment of a call. */
export interface CustomProviders {
  list(): readonly Custom[];
  get(id: string): Custom | undefined;
  /** Throws `conflict` for an id that is taken, `invalid_request` for an address that is not safe. */
  add(id: string, custom: CustomProvider): Promise<void>;
  /** Throws `not_found`, `conflict` for a declared one, and like `add`. */
  update(id: string, changes: CustomChanges): Promise<void>;
  /** It can be restored for a day, or until the next start. Throws like `update`. */
  remove(id: string): void;
  /** Throws `not_found` once it is purged, `conflict` where the id is taken again. */
  restore(id: string): void;
  /** Notes what it listed. */
  setListed(id: string, models: readonly string[]): void;
  /** Its static headers. Throws `provider_key_unreadable`. */
  openHeaders(id: string): Promise<Headers>;
  onChange(listener: () => void): void;
}

interface CustomOptions {
  database: Database;
  cipher: Cipher;
  log: Logger;
  /** Of a configuration file, by id. */
  declared: Readonly<Record<string, CustomProvider>>;
}

/** Ids with a meaning of their own. */
const RESERVED: ReadonlySet<string> = new Set([...BUILT_IN, DEMO_PROVIDER.id, 'auto', 'llm-gateway']);

/** `plain`: declared, in the memory of this run. */
type Entry = { custom: Custom } & ({ plain: Headers } | { row: StoredProvider });

export function createCustomProviders({ database, cipher, log, declared }: CustomOptions): CustomProviders {
  const store = openCustomStore(database);
  const entries = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  for (const row of store.list()) entries.set(row.id, readStored(row));
  for (const [id, { headers = {}, ...definition }] of Object.entries(declared)) {
    if (entries.has(id))
      log.warn('The configuration file declares a provider that is stored as well; the file holds.', { id });
    const provider = rowOf(id, definition);
    const facts = { headersUnreadable: false, listedModels: [], createdAtMs: 0, declared: true };
    entries.set(id, { custom: { provider, definition, headerNames: Object.keys(headers), ...facts }, plain: headers });
  }

  function readStored(row: StoredProvider): Entry {
    const { id, sealedBy, createdAtMs } = row;
    const definition = JSON.parse(row.definition) as Definition;
    const custom: Custom = {
      provider: rowOf(id, definition),
      definition,
      headerNames: JSON.parse(row.headerNames) as string[],
      headersUnreadable: sealedBy !== null && !cipher.opens(sealedBy),
      listedModels: JSON.parse(row.listedModels) as string[],
      createdAtMs,
      declared: false,
    };
    return { custom, row };
  }

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function find(id: string): Entry {
    const entry = entries.get(id);
    if (entry === undefined) {
      const known = RESERVED.has(id)
        ? `${id} is built in: it cannot be changed.`
        : 'There is no custom provider with this id.';
      throw new GatewayError(RESERVED.has(id) ? 'conflict' : 'not_found', known, { field: 'id' });
    }
    return entry;
  }

  function findStored(id: string): Entry {
    const entry = find(id);
    if (!entry.custom.declared) return entry;
    throw new GatewayError(
      'conflict',
      `${id} is declared in the configuration file: change it there and start again.`,
      {
        field: 'id',
      },
    );
  }

  function put(row: StoredProvider): void {
    store.save(row);
    entries.set(row.id, readStored(row));
    changed();
  }

  async function seal(headers: Headers): Promise<Pick<StoredProvider, 'headerNames' | 'sealedHeaders' | 'sealedBy'>> {
    const names = Object.keys(headers);
    const headerNames = JSON.stringify(names);
    if (names.length === 0) return { headerNames, sealedHeaders: null, sealedBy: null };
    const { bytes, by } = await cipher.seal(JSON.stringify(headers));
    return { headerNames, sealedHeaders: Buffer.from(bytes), sealedBy: by };
  }

  async function keep(id: string, definition: Definition, headers: Headers, createdAtMs: number): Promise<void> {
    refuseUnsafe(definition.baseUrl, definition.allowPlainHttp ?? false);
    const sealed = await seal(headers);
    put({ id, definition: JSON.stringify(definition), ...sealed, listedModels: '[]', createdAtMs });
  }

  function refuseTaken(id: string): void {
    if (!RESERVED.has(id) && !entries.has(id)) return;
    throw new GatewayError('conflict', `The id ${id} is taken by another provider: choose another one.`, {
      field: 'id',
    });
  }

  async function openHeaders(id: string): Promise<Headers> {
    const entry = entries.get(id);
    if (entry === undefined) return {};
    if ('plain' in entry) return entry.plain;
    const { sealedHeaders: bytes, sealedBy: by } = entry.row;
    if (bytes === null || by === null) return {};
    try {
      const { text, reseal } = await cipher.open({ bytes, by });
      const headers = JSON.parse(text) as Headers;
      if (reseal) void sealAgain(entry.row, headers);
      return headers;
    } catch {
      // The cipher's own message may name paths or hold secrets: it stays out of the log.
      log.error('The headers of a provider cannot be opened; they are kept. Enter them again to use it.', { id });
      if (entries.get(id) === entry && !entry.custom.headersUnreadable) {
        entries.set(id, { ...entry, custom: { ...entry.custom, headersUnreadable: true } });
        changed();
      }
      throw new GatewayError('provider_key_unreadable', `The headers of ${id} cannot be opened: enter them again.`, {
        provider: id,
      });
    }
  }

  /** The call that opened them does not wait for this; what fails is tried again when they are next opened. */
  async function sealAgain(row: StoredProvider, headers: Headers): Promise<void> {
    try {
      const sealed = await seal(headers);
      const entry = entries.get(row.id);
      if (entry !== undefined && 'row' in entry && entry.row === row) put({ ...row, ...sealed });
    } catch {
      log.warn('The headers of a provider could not be sealed again; they stay as they are.', { id: row.id });
    }
  }

  return {
    list: () => [...entries.values()].map(({ custom }) => custom),
    get: (id) => entries.get(id)?.custom,
    async add(id, { headers = {}, ...definition }) {
      refuseTaken(id);
      await keep(id, definition, headers, Date.now());
    },
    async update(id, { headers, ...changes }) {
      const { custom } = findStored(id);
      const { name, models, ...others } = { ...custom.definition, ...present(changes, undefined) };
      const definition = { ...others, ...present({ name, models }, null) } as Definition;
      // Headers that cannot be opened are only needed where some of them are to stay.
      const stay = custom.headerNames.some((name) => headers?.[name] === undefined);
      const merged = present({ ...(stay ? await openHeaders(id) : {}), ...headers }, null) as Headers;
      findStored(id);
      await keep(id, definition, merged, custom.createdAtMs);
    },
    remove(id) {
      findStored(id);
      store.remove(id);
      entries.delete(id);
      changed();
    },
    restore(id) {
      refuseTaken(id);
      const row = store.restore(id);
      if (row === undefined) {
        throw new GatewayError('not_found', 'There is no removed provider with this id.', { field: 'id' });
      }
      entries.set(id, readStored(row));
      changed();
    },
    setListed(id, models) {
      const entry = entries.get(id);
      if (entry === undefined || String(entry.custom.listedModels) === String(models)) return;
      if ('row' in entry) return put({ ...entry.row, listedModels: JSON.stringify(models) });
      entries.set(id, { ...entry, custom: { ...entry.custom, listedModels: models } });
      changed();
    },
    openHeaders,
    onChange: (listener) => void listeners.add(listener),
  };
}

/** The way in which most speakers of a dialect take a key, and what each call of theirs carries. */
const WAYS: Readonly<Record<DialectName, Pick<Provider, 'auth' | 'basePath' | 'headers' | 'quirks'>>> = {
  // What stands behind an address of the owner's choice seldom knows OpenAI's newer words; all know the older ones.
  'openai-chat': way('authorization', '/v1', {
    prefix: 'Bearer ',
    quirks: ['systemRole', 'maxTokens', 'functionsOnly', 'guessed'],
  }),
  'openai-responses': way('authorization', '/v1', { prefix: 'Bearer ' }),
  anthropic: way('x-api-key', '/v1', { headers: { 'anthropic-version': '2023-06-01' } }),
  gemini: way('x-goog-api-key', '/v1beta', {}),
  // Chat lies under /v2, the list of models under /v1: the base is what stands before both.
  cohere: way('authorization', '', { prefix: 'Bearer ' }),
};

function way(
  header: string,
  basePath: string,
  { prefix = '', headers = {}, quirks = [] }: { prefix?: string; headers?: Headers; quirks?: readonly string[] },
): Pick<Provider, 'auth' | 'basePath' | 'headers' | 'quirks'> {
  return { auth: { header, prefix }, basePath, headers, quirks };
}

function rowOf(id: string, { name, baseUrl, dialect, auth }: Definition): Provider {
  const { basePath, headers, quirks, auth: usual } = WAYS[dialect];
  const title = name ?? id;
  return {
    id,
    title,
    ...readBaseUrl(baseUrl, { title, basePath }),
    dialect,
    auth: auth === undefined ? usual : auth,
    headers,
    quirks,
    modelsPath: LIST_PATHS[dialect],
  };
}

/** Without the fields that hold nothing: undefined, or null and undefined. */
function present(fields: object, nothing: null | undefined): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && (nothing === undefined || value !== null)),
  );
}

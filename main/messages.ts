import { speakBy, type Tables, type Translate as TranslateBy } from '../gateway/hosting/speech.ts';

const en = {
  'status.starting': 'Starting …',
  'status.error': 'Not running',
  'status.running': 'Running · {address}',
  'status.paused': 'Routing paused · {address}',
  'menu.today': 'Today: {cost} · {count} request|Today: {cost} · {count} requests',
  'menu.atLeast': 'at least {cost}',
  'menu.saved': 'Saved: {cost}',
  'menu.cacheHits': 'Cache hits: {share}',
  'menu.costUnknown': 'cost unknown',
  'menu.failed': 'error',
  'menu.cancelled': 'cancelled',
  'menu.pause': 'Pause Routing',
  'menu.resume': 'Resume Routing',
  'menu.copyAddress': 'Copy Address',
  'menu.copyKey': 'Copy a New Key',
  'menu.checkPrices': 'Check Prices Now',
  'menu.open': 'Open Dashboard',
  'menu.quit': 'Quit LLM Gateway',
  'notice.newKey': 'A new key is in the clipboard',
  'notice.newKeyAbout': 'It is called "{name}" and cannot be shown again.',
  'notice.keyName': 'Tray, {day}',
  'notice.pricesChecked': 'Prices were checked',
  'many.prices': '{count} price change|{count} price changes',
  'many.budget': '{count} budget notice|{count} budget notices',
  'many.provider': '{count} provider notice|{count} provider notices',
  'many.key': '{count} key notice|{count} key notices',
  'many.alert': '{count} alert|{count} alerts',
  'start.portTaken': 'Port {port} is taken.',
  'start.portTakenBy': 'Port {port} is taken by {holder}.',
  'start.portAbout':
    'Your tools call LLM Gateway on port {port}. Stop the other program and try again, so that they find it. Or use port {free} from now ' +
    'on: tools that you have pointed at {port} by hand must then be pointed at {free}.',
  'start.portTools': '{tools} will be pointed at {free} by LLM Gateway.',
  'start.usePort': 'Use Port {free}',
  'start.failed': 'LLM Gateway cannot start.',
  'action.tryAgain': 'Try Again',
  'action.quit': 'Quit',
  'action.ok': 'OK',
  'quit.open': 'An answer is still being written.|{count} answers are still being written.',
  'quit.openAbout':
    'LLM Gateway quits when it ends, within {seconds} seconds. No new requests are taken.' +
    '|LLM Gateway quits when they end, within {seconds} seconds. No new requests are taken.',
  'quit.now': 'Quit Now',
  'quit.wait': 'Wait',
  'weakKeys.title': 'This computer offers no keychain to LLM Gateway.',
  'weakKeys.about':
    'Your provider keys would be sealed with a key that lies in a file beside them. That protects a copy of the database, and not more: any ' +
    'program that runs as you, and whoever gets the whole folder, can read your keys.\n\n' +
    'Better: set up a keychain (on Linux GNOME Keyring or KWallet) and open the app again. Keys that you keep now then move into it.',
  'weakKeys.keep': 'Keep Keys in the File',
  'weakKeys.refuse': 'Do Not Keep Keys',
  'update.ready': 'LLM Gateway {version} is ready.',
  'update.about':
    'A restart installs it. Answers under way may end first, for at most 10 seconds. Later you find it in the settings.',
  'update.click': 'Click to install it from the settings.',
  'update.now': 'Restart Now',
  'update.later': 'Later',
  'damage.title': 'Your preferences could not be read.',
  'damage.about': 'LLM Gateway uses its defaults, port 4556 included. The damaged file is kept as {kept}.',
  'weakKeys.refused':
    'The key was not kept: this computer has no keychain, and you chose not to keep keys in a file. ' +
    'Set up a keychain, or give the key in the environment of the headless gateway.',
  'update.development': 'This is a development version.',
  'update.packageManager': 'The package manager of this system brings new versions.',
  'update.noPlace': 'This copy was built without a place for new versions.',
  'update.failed': 'The new version could not be fetched. It is tried again later.',
  'autostart.refused': 'The system does not let LLM Gateway be launched at login. Look at its own login settings.',
  'busy.starting': 'The app is starting or quitting. Try again in a moment.',
  'diagnostics.title': 'Export Diagnostics',
};

type MessageKey = keyof typeof en;

const es: Record<MessageKey, string> = {
  'status.starting': 'Iniciando …',
  'status.error': 'Detenido',
  'status.running': 'En marcha · {address}',
  'status.paused': 'Enrutado en pausa · {address}',
  'menu.today': 'Hoy: {cost} · {count} petición|Hoy: {cost} · {count} peticiones',
  'menu.atLeast': 'al menos {cost}',
  'menu.saved': 'Ahorro: {cost}',
  'menu.cacheHits': 'Aciertos de caché: {share}',
  'menu.costUnknown': 'coste desconocido',
  'menu.failed': 'error',
  'menu.cancelled': 'cancelada',
  'menu.pause': 'Pausar el enrutado',
  'menu.resume': 'Reanudar el enrutado',
  'menu.copyAddress': 'Copiar la dirección',
  'menu.copyKey': 'Copiar una clave nueva',
  'menu.checkPrices': 'Comprobar los precios ahora',
  'menu.open': 'Abrir el panel',
  'menu.quit': 'Salir de LLM Gateway',
  'notice.newKey': 'Hay una clave nueva en el portapapeles',
  'notice.newKeyAbout': 'Se llama «{name}» y no se puede volver a mostrar.',
  'notice.keyName': 'Bandeja, {day}',
  'notice.pricesChecked': 'Se comprobaron los precios',
  'many.prices': '{count} cambio de precio|{count} cambios de precio',
  'many.budget': '{count} aviso de presupuesto|{count} avisos de presupuesto',
  'many.provider': '{count} aviso de proveedor|{count} avisos de proveedores',
  'many.key': '{count} aviso de clave|{count} avisos de claves',
  'many.alert': '{count} alerta|{count} alertas',
  'start.portTaken': 'El puerto {port} está ocupado.',
  'start.portTakenBy': 'El puerto {port} lo ocupa {holder}.',
  'start.portAbout':
    'Tus herramientas llaman a LLM Gateway en el puerto {port}. Detén el otro programa y vuelve a intentarlo para que lo encuentren. O usa ' +
    'el puerto {free} a partir de ahora: las herramientas que hayas dirigido a {port} a mano deben dirigirse entonces a {free}.',
  'start.portTools': 'LLM Gateway dirigirá {tools} a {free}.',
  'start.usePort': 'Usar el puerto {free}',
  'start.failed': 'LLM Gateway no puede iniciarse.',
  'action.tryAgain': 'Reintentar',
  'action.quit': 'Salir',
  'action.ok': 'Aceptar',
  'quit.open': 'Todavía se está escribiendo una respuesta.|Todavía se están escribiendo {count} respuestas.',
  'quit.openAbout':
    'LLM Gateway se cerrará cuando termine, en {seconds} segundos como máximo. No se aceptan peticiones nuevas.' +
    '|LLM Gateway se cerrará cuando terminen, en {seconds} segundos como máximo. No se aceptan peticiones nuevas.',
  'quit.now': 'Salir ya',
  'quit.wait': 'Esperar',
  'weakKeys.title': 'Este equipo no ofrece ningún llavero a LLM Gateway.',
  'weakKeys.about':
    'Tus claves de proveedores se sellarían con una clave que está en un archivo junto a ellas. Eso protege una copia de la base de datos y ' +
    'nada más: cualquier programa que se ejecute en tu nombre, y quien tenga toda la carpeta, puede leer tus claves.\n\n' +
    'Mejor: configura un llavero (en Linux, GNOME Keyring o KWallet) y vuelve a abrir la aplicación. Las claves que guardes ahora pasarán a él.',
  'weakKeys.keep': 'Guardar las claves en el archivo',
  'weakKeys.refuse': 'No guardar claves',
  'update.ready': 'LLM Gateway {version} está listo.',
  'update.about':
    'Se instala al reiniciar. Antes pueden terminar las respuestas en curso, durante 10 segundos como máximo. Más tarde lo encuentras en los ' +
    'ajustes.',
  'update.click': 'Haz clic para instalarlo desde los ajustes.',
  'update.now': 'Reiniciar ahora',
  'update.later': 'Más tarde',
  'damage.title': 'No se pudieron leer tus preferencias.',
  'damage.about':
    'LLM Gateway usa sus valores predeterminados, incluido el puerto 4556. El archivo dañado se conserva como {kept}.',
  'weakKeys.refused':
    'La clave no se guardó: este equipo no tiene llavero y has elegido no guardar claves en un archivo. ' +
    'Configura un llavero, o da la clave en el entorno de la puerta de enlace sin ventana.',
  'update.development': 'Esta es una versión de desarrollo.',
  'update.packageManager': 'El gestor de paquetes de este sistema trae las versiones nuevas.',
  'update.noPlace': 'Esta copia se creó sin un lugar para versiones nuevas.',
  'update.failed': 'No se pudo obtener la versión nueva. Se vuelve a intentar más tarde.',
  'autostart.refused':
    'El sistema no permite abrir LLM Gateway al iniciar sesión. Mira sus propios ajustes de inicio de sesión.',
  'busy.starting': 'La aplicación se está iniciando o cerrando. Inténtalo de nuevo en un momento.',
  'diagnostics.title': 'Exportar el diagnóstico',
};

export type Translate = TranslateBy<MessageKey>;

export const messages: Tables<MessageKey> = { en, es };

/** What tray, notices and dialogs say in a language (BCP 47), or in the system's. Others than ours are English, with their own numbers. */
export function speak(language: string = systemLanguage()): Translate {
  return speakBy(messages, language);
}

export function systemLanguage(): string {
  return Intl.DateTimeFormat().resolvedOptions().locale;
}

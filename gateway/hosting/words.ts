import { speakBy, type Tables, type Translate } from './speech.ts';

const en = {
  'provider.down': '{name} is down',
  'provider.downAbout': 'Its calls fail. Requests go to other models where they can.',
  'provider.up': '{name} is up again',
  'provider.upAbout': 'Its calls are answered.',
  'key.refused': 'A key for {provider} was refused',
  'key.refusedAbout': '"{label}" is not used any more. Enter another key.',
  'period.day': "day's",
  'period.week': "week's",
  'period.month': "month's",
  'budget.spent': 'The {period} budget is spent',
  'budget.share': '{percent} % of the {period} budget is spent',
  'budget.spentAbout': '{used} of the {period} {cap} for {whose}: further requests are refused until it resets.',
  'budget.shareAbout': '{used} of the {period} {cap} for {whose}.',
  'budget.all': 'all gateway keys together',
  'budget.key': 'the gateway key "{name}"',
  'prices.title': 'Prices of your models',
  'prices.more': 'And {count} more.',
  'prices.rises': '{model} rises from {was} to {is}: {effect}',
  'prices.falls': '{model} falls from {was} to {is}: {effect}',
  'prices.changes': '{model} changes from {was} to {is}: {effect}',
  'prices.risesOn': '{model} rises to {is} on {day}: {effect}',
  'prices.fallsOn': '{model} falls to {is} on {day}: {effect}',
  'prices.changesOn': '{model} changes to {is} on {day}: {effect}',
  'prices.effect': '{usd} a month on your last 30 days',
  'prices.noEffect': 'less than a cent a month on your last 30 days',
  'prices.retires':
    '{model} is switched off on {day}. You asked it once in the last 30 days: choose another in time' +
    '|{model} is switched off on {day}. You asked it {count} times in the last 30 days: choose another in time',
  'prices.gone': '{model} is no longer listed: its provider may have switched it off',
  'prices.odd': 'A new price of {model} was not taken over: {why}. If it is right, set it as your own price',
  'odd.currency': 'it is not in US dollars',
  'odd.unit': 'it seems to be in another unit',
  'odd.order': 'its input would cost more than its output',
  'odd.cache': 'that of its cached input does not fit the others',
  'odd.free': 'it would be free',
  'odd.leap': 'it is more than five times the one before, or less than a fifth of it',
  'alert.spend': 'Spent {usd} today',
  'alert.spendAbout': 'That is over the {limit} a day that you wanted to hear of.',
  'alert.errors': '{share} of requests failed',
  'alert.errorsAbout': '{errors} of {requests} in the last {minutes} minutes; you wanted to hear from {limit} on.',
  'alert.latency': 'Answers take {time}',
  'alert.latencyAbout':
    'One in twenty of {requests} answers in the last {minutes} minutes took longer; your limit is {limit}.',
  'alert.down': '{names} is down|{names} are down',
  'alert.downAbout':
    'Calls failed several times in a row. Requests go to other providers where they can, and it is tried again by itself.',
  'alert.cache': 'The cache answers {share} of requests',
  'alert.cacheAbout':
    'In the seven days before it was {before}. Something in your requests may change each time, such as a date.',
  'alert.anomaly': 'Spent {usd} today, more than usual',
  'alert.anomalyAbout': 'On this weekday it is usually {usual} by this time of day.',
  'alert.test': 'A test of LLM Gateway',
  'alert.testAbout': 'Alerts reach {name}.',
  'start.portTaken': 'Port {port} is taken. Stop that program, or choose another port with --port.',
  'start.portTakenBy': 'Port {port} is taken by {holder}. Stop that program, or choose another port with --port.',
  'start.portDenied': 'This user may not listen on port {port}. Choose one above 1023 with --port.',
  'start.noAddress':
    'This machine cannot listen on {hostname} ({code}). Use --host 127.0.0.1, or another address of this machine.',
  'start.diskFull': 'The disk that holds {path} is full. Make room on it.',
  'start.folderDenied': 'This user may not write what lies in {path}. Choose another folder with --data-dir.',
  'start.newer': 'The database {path} was written by a newer version: update LLM Gateway.',
  'start.inUse': 'The database {path} is in use by another LLM Gateway: stop it first.',
  'start.damaged': 'The database {path} is damaged: restore a backup, or move the file away to start anew.',
  'start.locked': 'The database {path} is locked by another program: close it first.',
  'start.unwritable': 'The database {path} cannot be opened for writing: check that its folder exists and is writable.',
};

export type WordKey = keyof typeof en;

const es: Record<WordKey, string> = {
  'provider.down': '{name} no responde',
  'provider.downAbout': 'Sus llamadas fallan. Las peticiones van a otros modelos donde es posible.',
  'provider.up': '{name} vuelve a responder',
  'provider.upAbout': 'Sus llamadas reciben respuesta.',
  'key.refused': 'Se rechazó una clave de {provider}',
  'key.refusedAbout': '«{label}» ya no se usa. Introduce otra clave.',
  'period.day': 'del día',
  'period.week': 'de la semana',
  'period.month': 'del mes',
  'budget.spent': 'El presupuesto {period} está agotado',
  'budget.share': 'Se ha gastado el {percent} % del presupuesto {period}',
  'budget.spentAbout':
    '{used} del presupuesto {period} ({cap}) para {whose}: las demás peticiones se rechazan hasta que se renueve.',
  'budget.shareAbout': '{used} del presupuesto {period} ({cap}) para {whose}.',
  'budget.all': 'todas las claves de la puerta de enlace juntas',
  'budget.key': 'la clave de la puerta de enlace «{name}»',
  'prices.title': 'Precios de tus modelos',
  'prices.more': 'Y {count} más.',
  'prices.rises': '{model} sube de {was} a {is}: {effect}',
  'prices.falls': '{model} baja de {was} a {is}: {effect}',
  'prices.changes': '{model} cambia de {was} a {is}: {effect}',
  'prices.risesOn': '{model} sube a {is} el {day}: {effect}',
  'prices.fallsOn': '{model} baja a {is} el {day}: {effect}',
  'prices.changesOn': '{model} cambia a {is} el {day}: {effect}',
  'prices.effect': '{usd} al mes según tus últimos 30 días',
  'prices.noEffect': 'menos de un centavo al mes según tus últimos 30 días',
  'prices.retires':
    '{model} se apaga el {day}. Lo usaste una vez en los últimos 30 días: elige otro a tiempo' +
    '|{model} se apaga el {day}. Lo usaste {count} veces en los últimos 30 días: elige otro a tiempo',
  'prices.gone': '{model} ya no está en la lista: puede que su proveedor lo haya apagado',
  'prices.odd': 'No se adoptó un precio nuevo de {model}: {why}. Si es correcto, fíjalo como precio propio',
  'odd.currency': 'no está en dólares estadounidenses',
  'odd.unit': 'parece estar en otra unidad',
  'odd.order': 'la entrada costaría más que la salida',
  'odd.cache': 'el de la entrada en caché no encaja con los demás',
  'odd.free': 'sería gratis',
  'odd.leap': 'es más de cinco veces el anterior, o menos de un quinto',
  'alert.spend': 'Hoy se han gastado {usd}',
  'alert.spendAbout': 'Supera los {limit} al día a partir de los que querías un aviso.',
  'alert.errors': 'Falló el {share} de las peticiones',
  'alert.errorsAbout':
    '{errors} de {requests} en los últimos {minutes} minutos; querías un aviso a partir del {limit}.',
  'alert.latency': 'Las respuestas tardan {time}',
  'alert.latencyAbout':
    'Una de cada veinte de {requests} respuestas en los últimos {minutes} minutos tardó más; tu límite es {limit}.',
  'alert.down': '{names} no responde|{names} no responden',
  'alert.downAbout':
    'Las llamadas fallaron varias veces seguidas. Las peticiones van a otros proveedores donde es posible, y se vuelve a intentar solo.',
  'alert.cache': 'La caché responde al {share} de las peticiones',
  'alert.cacheAbout':
    'En los siete días anteriores fue el {before}. Puede que algo de tus peticiones cambie cada vez, como una fecha.',
  'alert.anomaly': 'Hoy se han gastado {usd}, más de lo habitual',
  'alert.anomalyAbout': 'En este día de la semana suelen ser {usual} a esta hora.',
  'alert.test': 'Una prueba de LLM Gateway',
  'alert.testAbout': 'Las alertas llegan a {name}.',
  'start.portTaken': 'El puerto {port} está ocupado. Detén ese programa o elige otro puerto con --port.',
  'start.portTakenBy': 'El puerto {port} lo ocupa {holder}. Detén ese programa o elige otro puerto con --port.',
  'start.portDenied': 'Este usuario no puede escuchar en el puerto {port}. Elige uno superior a 1023 con --port.',
  'start.noAddress':
    'Este equipo no puede escuchar en {hostname} ({code}). Usa --host 127.0.0.1 u otra dirección de este equipo.',
  'start.diskFull': 'El disco que contiene {path} está lleno. Libera espacio en él.',
  'start.folderDenied': 'Este usuario no puede escribir en {path}. Elige otra carpeta con --data-dir.',
  'start.newer': 'La base de datos {path} la escribió una versión más reciente: actualiza LLM Gateway.',
  'start.inUse': 'Otro LLM Gateway está usando la base de datos {path}: deténlo primero.',
  'start.damaged':
    'La base de datos {path} está dañada: restaura una copia de seguridad, o aparta el archivo para empezar de nuevo.',
  'start.locked': 'Otro programa tiene bloqueada la base de datos {path}: ciérralo primero.',
  'start.unwritable':
    'La base de datos {path} no se puede abrir para escribir: comprueba que su carpeta existe y permite escribir.',
};

export const words: Tables<WordKey> = { en, es };

/** What the gateway itself tells a person: notices, alerts, and why it cannot start. */
export type Words = Translate<WordKey> & {
  /** `2026-12-03` as it is spoken: `3 December`. */
  day(day: string): string;
};

/** In a language (BCP 47); whoever runs a host without a language reads English. */
export function wordsIn(language = 'en'): Words {
  const format = new Intl.DateTimeFormat(language.startsWith('es') ? language : 'en-GB', {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
  return Object.assign(speakBy(words, language), { day: (day: string) => format.format(Date.parse(day)) });
}

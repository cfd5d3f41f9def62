import { diagnosisWordsDe } from '@grantkeeper/contracts/test-runs/diagnosis-words.de';
import { html } from '../../http/html.js';
import type { en } from './texts.en.js';

const consent: (typeof en)['consent'] = {
  title: (provider) => `${provider} verbinden`,
  heading: (provider, assistant) => `${provider} mit ${assistant} verbinden`,
  forYou: (assistant, provider) =>
    html`<strong>${assistant}</strong> möchte <strong>${provider}</strong> für Sie nutzen. Sie melden sich bei ${provider} an und entscheiden dort.`,
  forEveryone: (assistant, provider) =>
    html`<strong>${assistant}</strong> möchte <strong>${provider}</strong> für alle nutzen, die damit arbeiten. Sie melden sich bei ${provider} an und entscheiden dort.`,
  signInAt: 'Sie melden sich an bei',
  begin: 'Weiter',
  beginAgain: 'Anmeldung neu beginnen',
  begun: 'Sie wurden bereits zur Anmeldung weitergeleitet; so beginnt sie von vorn.',
  onlyYou:
    'Fahren Sie nur fort, wenn Sie diese Person im Chat sind und dies selbst angefordert haben. Wenn Ihnen jemand den Link geschickt hat, schließen Sie diese Seite.',
  onlyOperator: (assistant) =>
    `Was immer ${assistant} dort tut und für wen auch immer, geschieht mit dem Konto, mit dem Sie sich anmelden. Wenn Ihnen jemand den Link geschickt hat, schließen Sie diese Seite.`,
};

const whom: (typeof en)['whom'] = {
  everyone: 'Für',
  everyoneOf: (assistant) => `alle, die ${assistant} nutzen`,
  user: 'Für die Person im Chat',
  statedBy: (assistant) => `laut ${assistant}`,
};

const wait: (typeof en)['wait'] = {
  title: 'Einen Moment',
  heading: 'Einen Moment …',
  finishing: (provider) =>
    html`Die Verbindung mit <strong>${provider}</strong> wird abgeschlossen. Das dauert einige Sekunden; die Seite aktualisiert sich selbst.`,
  verifying: (provider, assistant) =>
    html`Sie haben sich bei ${provider} angemeldet. <strong>${assistant}</strong> prüft, ob Sie es sind; kehren Sie dorthin zurück, falls es nicht von selbst weitergeht.`,
  checkNow: 'Jetzt nachsehen',
};

const check: (typeof en)['check'] = {
  code: 'Geben Sie diesen Code im Chat ein',
  signedIn: (provider, account) =>
    html`Sie haben sich bei <strong>${provider}</strong>${account === null ? null : html` als <strong>${account}</strong>`} angemeldet.`,
  sendCode: (assistant) =>
    html`Senden Sie zum Abschluss diesen Code innerhalb von 5 Minuten in Ihrem Chat an <strong>${assistant}</strong>:`,
  keepCode:
    'Geben Sie den Code sonst niemandem. Wenn Ihnen jemand den Link zu dieser Seite geschickt hat, wählen Sie „Das bin ich nicht“.',
  sent: 'Ich habe ihn gesendet',
  notMe: 'Das bin ich nicht',
  right: 'Stimmt das so?',
  willConnect: (assistant) => html`Dieses Konto wird mit <strong>${assistant}</strong> verbunden:`,
  accountAt: (provider) => `Konto bei ${provider}`,
  unnamed: 'vom Anbieter nicht genannt',
  confirm: 'Weiter',
};

const outcome: (typeof en)['outcome'] = {
  again: (assistant) =>
    html`Kehren Sie zum Chat mit <strong>${assistant}</strong> zurück und fragen Sie noch einmal, um einen neuen Link zu erhalten.`,
  againOperator: html`Fordern Sie einen neuen Link dort an, wo Sie diesen erhalten haben.`,
  connected: 'Verbunden',
  canUse: (assistant, provider) => html`<strong>${assistant}</strong> kann <strong>${provider}</strong> jetzt für Sie nutzen.`,
  canUseForEveryone: (assistant, provider) =>
    html`<strong>${assistant}</strong> kann <strong>${provider}</strong> jetzt für alle nutzen, die damit arbeiten.`,
  close: 'Sie können diese Seite schließen und zum Chat zurückkehren.',
  closeOperator: 'Sie können diese Seite schließen.',
  notConnected: 'Nicht verbunden',
  declined: (provider) => `Sie haben bei ${provider} abgelehnt, deshalb wurde nichts verbunden.`,
  ifMistaken: (assistant) =>
    html`Falls das ein Versehen war, kehren Sie zum Chat mit <strong>${assistant}</strong> zurück und fragen Sie noch einmal.`,
  expired: 'Dieser Link ist abgelaufen',
  shortLived: 'Links gelten nur wenige Minuten, damit niemand sonst sie verwenden kann.',
  replaced: 'Dieser Link wurde durch einen neueren ersetzt',
  nothingConnected: 'Mit diesem Link wurde nichts verbunden.',
  latestLink: (assistant) =>
    html`Öffnen Sie den neuesten Link im Chat mit <strong>${assistant}</strong>, oder fordern Sie einen neuen an.`,
  wrongPerson: 'Es ließ sich nicht bestätigen, dass Sie die Person im Chat sind. Die Anmeldung wurde deshalb verworfen.',
  unknown: 'Wir wissen nicht, wie es ausgegangen ist',
  noAnswer: (provider, assistant) =>
    `${provider} hat nicht rechtzeitig geantwortet. ${assistant} kann dort vorerst nichts nutzen.`,
};

const test: (typeof en)['test'] = {
  title: (provider) => `${provider} testen`,
  heading: (provider, assistant) => `Die Verbindung von ${assistant} mit ${provider} testen`,
  what: (provider) =>
    html`Melden Sie sich bei <strong>${provider}</strong> so an, wie es alle anderen tun würden, und erlauben Sie den Zugriff. Das Token wird geprüft und verworfen: Es wird nichts verbunden.`,
  onlyYou:
    'Fahren Sie nur fort, wenn Sie diesen Test gestartet haben. Wenn Ihnen jemand den Link geschickt hat, schließen Sie diese Seite.',
  waiting: 'Test läuft',
  waitingHeading: 'Der Test läuft …',
  running: (provider) =>
    html`Die Einstellungen für <strong>${provider}</strong> werden getestet. Das dauert einige Sekunden; die Seite aktualisiert sich selbst.`,
  worked: 'Der Test ist gelungen',
  thrownAway: (provider) => `${provider} hat ein Token ausgestellt; es wurde verworfen. Es wurde nichts verbunden.`,
  failed: 'Der Test ist fehlgeschlagen',
  over: 'Der Test ist vorbei',
  interrupted: 'Der Test wurde unterbrochen. Starten Sie ihn erneut, um einen neuen Link zu erhalten.',
  late: 'Die Zeit dieses Tests ist abgelaufen, oder ein neuerer hat ihn ersetzt. Starten Sie ihn erneut, um einen neuen Link zu erhalten.',
};

const failures: (typeof en)['failures'] = {
  code_refused: {
    title: 'Die Anmeldung konnte nicht abgeschlossen werden',
    toUser:
      'Der Anbieter nimmt diese Anmeldung nicht mehr an. Bitte kehren Sie zum Chat zurück und fordern Sie einen neuen Link an.',
  },
  client_refused: {
    title: 'Die Verbindung ist nicht richtig eingerichtet',
    toUser:
      'Der Anbieter erkennt diesen Assistenten nicht. Bitte sagen Sie denen Bescheid, die ihn betreiben; ein neuer Versuch hilft nicht.',
  },
  provider_refused: {
    title: 'Der Anbieter hat die Verbindung abgelehnt',
    toUser: 'Der Anbieter hat die Anfrage nicht angenommen. Bitte sagen Sie denen Bescheid, die diesen Assistenten betreiben.',
  },
  provider_unreachable: {
    title: 'Der Anbieter war nicht erreichbar',
    toUser: 'Der Anbieter war nicht erreichbar. Bitte kehren Sie zum Chat zurück und versuchen Sie es später noch einmal.',
  },
  provider_error: {
    title: 'Beim Anbieter liegt eine Störung vor',
    toUser: 'Beim Anbieter liegt eine Störung vor. Bitte kehren Sie zum Chat zurück und versuchen Sie es später noch einmal.',
  },
  unreadable_answer: {
    title: 'Die Antwort des Anbieters war nicht zu verwenden',
    toUser: 'Die Antwort des Anbieters war nicht zu verwenden. Bitte sagen Sie denen Bescheid, die diesen Assistenten betreiben.',
  },
  issuer_mismatch: {
    title: 'Die Antwort kam von anderer Stelle',
    toUser:
      'Die Antwort kam nicht vom erwarteten Anbieter, deshalb wurde nichts verbunden. Bitte kehren Sie zum Chat zurück und fordern Sie einen neuen Link an.',
  },
  other_account: {
    title: 'Das ist ein anderes Konto',
    toUser:
      'Sie haben sich mit einem anderen Konto angemeldet als zuvor. Die bestehende Verbindung blieb erhalten; melden Sie sich mit demselben Konto an, um sie zu erneuern.',
  },
  endpoints_changed: {
    title: 'Die Verbindung wurde zwischenzeitlich geändert',
    toUser:
      'Die Verbindung wurde geändert, während Sie sich anmeldeten. Bitte kehren Sie zum Chat zurück und fordern Sie einen neuen Link an.',
  },
  profile_unavailable: {
    title: 'Die Verbindung ist abgeschaltet',
    toUser: 'Diese Verbindung wurde abgeschaltet. Bitte sagen Sie denen Bescheid, die diesen Assistenten betreiben.',
  },
};

export const de: typeof en = { consent, whom, wait, check, outcome, test, failures, diagnoses: diagnosisWordsDe };

import type { DiagnosisCode } from './http.js';

/** What each diagnosis says, in German; the English words are those of the answer itself. */
export const diagnosisWordsDe: Record<DiagnosisCode, { what: string; mend: string }> = {
  dns: {
    what: 'Der Hostname ist unbekannt: Zu ihm wurde keine Adresse gefunden.',
    mend: 'Prüfen Sie die Schreibweise des Hosts in der URL. Bei einem internen Namen muss diese Installation ihn auflösen können.',
  },
  address_refused: {
    what: 'Der Host führt zu einer privaten oder anderweitig besonderen Adresse, die diese Installation nicht aufruft.',
    mend: 'Prüfen Sie den Host. Ist er so gewollt, muss ihn der Betrieb in OUTBOUND_ALLOW aufnehmen.',
  },
  scheme_refused: {
    what: 'Die URL beginnt nicht mit https.',
    mend: 'Verwenden Sie die https-URL, oder lassen Sie die Adresse vom Betrieb in OUTBOUND_ALLOW zulassen.',
  },
  bad_url: {
    what: 'Die URL lässt sich so nicht aufrufen.',
    mend: 'Prüfen Sie die URL auf Leerzeichen, Benutzernamen und Zeichen, die kodiert werden müssen.',
  },
  tls_expired: {
    what: 'Das Zertifikat des Hosts ist abgelaufen oder noch nicht gültig.',
    mend: 'Der Anbieter muss sein Zertifikat erneuern. Prüfen Sie, ob der Host der gemeinte ist.',
  },
  tls_wrong_host: {
    what: 'Das Zertifikat gehört zu einem anderen Host als dem in der URL.',
    mend: 'Prüfen Sie den Host in der URL: Meist ist der Name vertippt oder veraltet.',
  },
  tls_untrusted: {
    what: 'Das Zertifikat stammt von einer Stelle, der nicht vertraut wird, oder vom Host selbst.',
    mend: 'Verwenden Sie einen Host mit öffentlich anerkanntem Zertifikat, oder lassen Sie den Betrieb die Zertifizierungsstelle des Unternehmens bei den Workern hinterlegen (NODE_EXTRA_CA_CERTS).',
  },
  tls_failed: {
    what: 'Es kam keine TLS-Verbindung zustande: Der Host spricht an diesem Port kein TLS 1.2 oder neuer.',
    mend: 'Prüfen Sie Host und Port der URL.',
  },
  connect: {
    what: 'Der Host wurde gefunden, aber es kam keine Verbindung zu ihm zustande.',
    mend: 'Prüfen Sie Host und Port der URL und ob eine Firewall zwischen dieser Installation und dem Host steht.',
  },
  no_answer: {
    what: 'Der Host hat die Anfrage angenommen und nicht innerhalb von 10 Sekunden geantwortet.',
    mend: 'Testen Sie noch einmal. Bleibt es dabei, prüfen Sie, ob die URL der Dokumentation des Anbieters entspricht, oder fragen Sie dort nach.',
  },
  connection_cut: {
    what: 'Der Host hat die Verbindung ohne vollständige Antwort beendet oder nicht in HTTP geantwortet.',
    mend: 'Prüfen Sie, ob die URL samt Port der Dokumentation des Anbieters entspricht.',
  },
  answer_too_large: {
    what: 'Die Antwort ist größer als die 256 KiB, die gelesen werden.',
    mend: 'Die URL führt nicht zu einem OAuth-Endpunkt. Entnehmen Sie sie der Dokumentation des Anbieters.',
  },
  rate_limited: {
    what: 'Der Anbieter nimmt vorerst keine Anfragen an, weil es zu viele waren.',
    mend: 'Warten Sie so lange, wie es der Header Retry-After angibt, und testen Sie dann noch einmal.',
  },
  redirected: {
    what: 'Der Endpunkt leitet an eine andere Adresse weiter. Geheimnisse werden nicht dorthin gesendet.',
    mend: 'Tragen Sie die Adresse, zu der er weiterleitet, ins Profil ein, sofern der Anbieter sie als Endpunkt dokumentiert.',
  },
  wrong_path: {
    what: 'Den Host gibt es, aber unter diesem Pfad keinen solchen Endpunkt.',
    mend: 'Vergleichen Sie den Pfad der URL samt Mandant mit der Dokumentation des Anbieters. Manche Anbieter, etwa GitHub, antworten so auch auf eine unbekannte Client-ID.',
  },
  request_format_refused: {
    what: 'Der Endpunkt nimmt keine formularkodierten Anfragen an.',
    mend: 'Prüfen Sie, ob die URL die des Token-Endpunkts ist.',
  },
  provider_down: {
    what: 'Der Anbieter hat mit einem eigenen Fehler geantwortet.',
    mend: 'Testen Sie später noch einmal; das Profil kann richtig sein. Bleibt es dabei, prüfen Sie die URL.',
  },
  secret_missing: {
    what: 'Das Profil hat kein Client-Secret, seine Client-Authentifizierung braucht aber eines.',
    mend: 'Tragen Sie das Client-Secret ein. Eine Revision, die eine neue Adresse hinzufügt, löscht es.',
  },
  unknown_client: {
    what: 'Der Anbieter kennt diesen Client nicht.',
    mend: 'Kopieren Sie die Client-ID noch einmal aus der Konsole des Anbieters, und prüfen Sie, ob Host und Mandant in den URLs die sind, bei denen der Client registriert ist.',
  },
  client_authentication_refused: {
    what: 'Der Client wird wegen der Art abgelehnt, in der er sich ausweist.',
    mend: 'Stellen Sie die Client-Authentifizierung ein, die der Anbieter dokumentiert.',
  },
  wrong_secret: {
    what: 'Der Anbieter kennt den Client, aber das Client-Secret ist falsch oder abgelaufen.',
    mend: 'Erzeugen oder kopieren Sie das Client-Secret in der Konsole des Anbieters, und tragen Sie es neu ein. Gebraucht wird sein Wert, nicht seine ID.',
  },
  client_refused: {
    what: 'Der Anbieter lehnt den Client ab: Client-ID oder Client-Secret ist falsch.',
    mend: 'Kopieren Sie beide noch einmal aus der Konsole des Anbieters.',
  },
  redirect_uri_not_registered: {
    what: 'Die Callback-URL ist für diesen Client nicht registriert.',
    mend: 'Tragen Sie die Callback-URL des Profils beim Anbieter genau so als Redirect-URI des Clients ein, wie sie angezeigt wird.',
  },
  pkce_required: {
    what: 'Der Anbieter verlangt PKCE, im Profil ist es ausgeschaltet.',
    mend: 'Stellen Sie PKCE auf S256.',
  },
  pkce_refused: {
    what: 'Der Anbieter nimmt kein PKCE an.',
    mend: 'Schalten Sie PKCE für diesen Anbieter aus.',
  },
  scope_refused: {
    what: 'Der Anbieter lehnt einen Scope ab.',
    mend: 'Vergleichen Sie jeden Scope mit der Dokumentation des Anbieters und mit dem, was der Client anfragen darf.',
  },
  grant_type_refused: {
    what: 'Client oder Endpunkt dürfen nicht mit dem Authorization-Code-Verfahren verwendet werden.',
    mend: 'Lassen Sie beim Anbieter den Authorization-Code-Grant (und Refresh-Tokens) für den Client zu, und prüfen Sie, ob die URLs vertauscht sind.',
  },
  access_denied: {
    what: 'Die angemeldete Person hat abgelehnt oder darf nicht zustimmen.',
    mend: 'Testen Sie noch einmal, und erlauben Sie den Zugriff; manche Anbieter verlangen vorher die Freigabe durch die Administration.',
  },
  code_refused: {
    what: 'Der Token-Endpunkt hat den Code abgelehnt, den der Anbieter gerade erst ausgestellt hatte.',
    mend: 'Prüfen Sie, ob Authorization-URL und Token-URL zum selben Anbieter und zur selben Umgebung gehören.',
  },
  made_up_code_accepted: {
    what: 'Der Token-Endpunkt hat für einen erfundenen Code ein Token ausgestellt.',
    mend: 'Die URL führt zu einer Attrappe oder zu einem Endpunkt, der nicht für dieses Verfahren gedacht ist. Entnehmen Sie die Token-URL der Dokumentation des Anbieters.',
  },
  page_instead_of_json: {
    what: 'Statt einer OAuth-Antwort kam eine Webseite: Unter dieser Adresse steht eine Anmeldeseite, ein Proxy oder eine Firewall.',
    mend: 'Entnehmen Sie die URL der Dokumentation des Anbieters. Ist sie richtig, finden Sie heraus, was zwischen dieser Installation und dem Anbieter steht.',
  },
  token_type_refused: {
    what: 'Der Anbieter stellt eine Art von Token aus, die nicht unterstützt wird.',
    mend: 'Lassen Sie für den Client Bearer-Tokens ausstellen.',
  },
  unreadable_answer: {
    what: 'Die Antwort ist keine OAuth-Antwort: Aus ihr lässt sich weder ein Token noch ein Fehler lesen.',
    mend: 'Prüfen Sie, ob die URL der Dokumentation des Anbieters entspricht.',
  },
  request_refused: {
    what: 'Der Anbieter hat die Anfrage selbst abgelehnt.',
    mend: 'Lesen Sie die Antwort: Der Anbieter sagt dort mehr. Prüfen Sie Scope-Zeilen, Client-Einstellungen und URL.',
  },
  unclear_answer: {
    what: 'Die Antwort lässt nicht erkennen, ob diese Einstellung richtig ist.',
    mend: 'Es ist nichts zu tun, wenn der übrige Test gelingt. Lesen Sie sonst die Antwort.',
  },
  issuer_mismatch: {
    what: 'Die Antwort nennt einen anderen Aussteller oder Client als das Profil.',
    mend: 'Prüfen Sie Discovery-URL und Client-ID: Sie gehören zu verschiedenen Mandanten oder Umgebungen.',
  },
  discovery_differs: {
    what: 'Das Discovery-Dokument des Anbieters weicht vom Profil ab.',
    mend: 'Vergleichen Sie das Profil mit dem Dokument. Was funktioniert, darf bleiben, wie es ist.',
  },
  no_refresh_token: {
    what: 'Es kam kein Refresh-Token. Deshalb müssen alle erneut zustimmen, sobald ihr Access-Token endet.',
    mend: 'Fordern Sie eines so an, wie der Anbieter es dokumentiert: mit einem Scope wie offline_access oder einem Parameter wie access_type=offline.',
  },
  scopes_missing: {
    what: 'Der Anbieter hat weniger Scopes erteilt, als angefragt waren.',
    mend: 'Lassen Sie die fehlenden Scopes beim Anbieter für den Client zu, oder nehmen Sie sie aus dem Profil.',
  },
  clock_differs: {
    what: 'Die Uhr des Anbieters und unsere gehen um mehr als zwei Minuten auseinander.',
    mend: 'Lassen Sie die Uhr dieser Installation per NTP stellen; geht sie richtig, geht die des Anbieters falsch.',
  },
  not_revoked: {
    what: 'Das Token dieses Tests konnte beim Anbieter nicht widerrufen werden; hier ist es vergessen.',
    mend: 'Prüfen Sie die Revocation-URL, sonst beendet das Abmelden die Tokens beim Anbieter nicht.',
  },
  next_secret_taken: {
    what: 'Der Anbieter lehnt das bisherige Client-Secret ab und nimmt das nächste an, das nun an seine Stelle getreten ist.',
    mend: 'Es ist nichts zu tun: Das nächste Client-Secret ist jetzt das Client-Secret.',
  },
  profile_revised: {
    what: 'Das Profil wurde während des Tests geändert.',
    mend: 'Starten Sie den Test noch einmal.',
  },
};

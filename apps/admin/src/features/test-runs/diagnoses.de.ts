import type { Diagnosis, DiagnosisCode } from '@grantkeeper/contracts/test-runs/http';

/** Each diagnosis in German; the API tells them in English. */
export const diagnoses: Record<DiagnosisCode, Pick<Diagnosis, 'what' | 'mend'>> = {
  dns: {
    what: 'Der Hostname ist nicht bekannt: Zu ihm ließ sich keine Adresse finden.',
    mend: 'Prüfen Sie die Schreibweise des Hosts in der URL. Ist es ein interner Name, muss diese Installation ihn auflösen können.',
  },
  address_refused: {
    what: 'Der Host führt zu einer privaten oder sonst besonderen Adresse, die diese Installation nicht aufruft.',
    mend: 'Prüfen Sie den Host. Ist er gemeint, muss ein Operator ihn in OUTBOUND_ALLOW aufnehmen.',
  },
  scheme_refused: {
    what: 'Die URL ist nicht https.',
    mend: 'Nehmen Sie die https-URL, oder lassen Sie den Ursprung in OUTBOUND_ALLOW erlauben.',
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
    what: 'Das Zertifikat gilt für einen anderen Host als den in der URL.',
    mend: 'Prüfen Sie den Host in der URL: Meist ist der Name vertippt oder veraltet.',
  },
  tls_untrusted: {
    what: 'Das Zertifikat stammt von einer Stelle, der nicht vertraut wird, oder vom Host selbst.',
    mend: 'Nehmen Sie einen Host mit öffentlich vertrauenswürdigem Zertifikat, oder lassen Sie die Stelle Ihres Unternehmens den Workern bekannt machen (NODE_EXTRA_CA_CERTS).',
  },
  tls_failed: {
    what: 'Es kam keine TLS-Verbindung zustande: Der Host spricht an diesem Port kein TLS 1.2 oder neuer.',
    mend: 'Prüfen Sie Host und Port der URL.',
  },
  connect: {
    what: 'Der Host nimmt keine Verbindung an.',
    mend: 'Prüfen Sie Host und Port, und ob eine Firewall zwischen dieser Installation und dem Anbieter steht.',
  },
  no_answer: {
    what: 'Der Host nimmt die Verbindung an, antwortet aber nicht rechtzeitig.',
    mend: 'Testen Sie später noch einmal. Bleibt es dabei, prüfen Sie die URL und was dazwischen steht.',
  },
  connection_cut: {
    what: 'Die Verbindung brach vor dem Ende der Antwort ab.',
    mend: 'Testen Sie noch einmal. Bleibt es dabei, prüfen Sie, was zwischen dieser Installation und dem Anbieter steht.',
  },
  answer_too_large: {
    what: 'Die Antwort ist größer, als die eines Token-Endpunkts je ist.',
    mend: 'Prüfen Sie, ob die URL die des Endpunkts ist und nicht die einer Webseite.',
  },
  rate_limited: {
    what: 'Der Anbieter lehnt Anfragen vorerst ab, weil es zu viele waren.',
    mend: 'Warten Sie so lange, wie der Header Retry-After sagt, und testen Sie dann noch einmal.',
  },
  redirected: {
    what: 'Der Endpunkt leitet weiter. Geheimnisse werden nicht an eine andere Adresse nachgesendet.',
    mend: 'Tragen Sie die Adresse ein, zu der weitergeleitet wird, wenn das der dokumentierte Endpunkt des Anbieters ist.',
  },
  wrong_path: {
    what: 'Den Host gibt es, aber unter diesem Pfad keinen solchen Endpunkt.',
    mend: 'Vergleichen Sie den Pfad der URL mit der Dokumentation des Anbieters, auch den Mandanten darin. Einige Anbieter, etwa GitHub, antworten so auch bei unbekannter Client-ID.',
  },
  request_format_refused: {
    what: 'Der Endpunkt nimmt keine formularkodierten Anfragen an.',
    mend: 'Prüfen Sie, ob die URL der Token-Endpunkt ist.',
  },
  provider_down: {
    what: 'Der Anbieter hat mit einem eigenen Fehler geantwortet.',
    mend: 'Testen Sie später noch einmal; das Profil kann richtig sein. Bleibt es dabei, prüfen Sie die URL.',
  },
  secret_missing: {
    what: 'Das Profil hat kein Client-Secret, und seine Client-Authentifizierung braucht eines.',
    mend: 'Geben Sie das Client-Secret ein. Eine Revision, die einen Ursprung hinzufügt, löscht es.',
  },
  unknown_client: {
    what: 'Der Anbieter kennt diesen Client nicht.',
    mend: 'Kopieren Sie die Client-ID noch einmal aus der Konsole des Anbieters, und prüfen Sie, ob Host und Mandant in den URLs die sind, bei denen der Client registriert ist.',
  },
  client_authentication_refused: {
    what: 'Der Client wird wegen der Art abgelehnt, in der er sich authentifiziert.',
    mend: 'Stellen Sie die Client-Authentifizierung ein, die der Anbieter dokumentiert.',
  },
  wrong_secret: {
    what: 'Der Anbieter kennt den Client, aber sein Secret ist falsch oder abgelaufen.',
    mend: 'Erzeugen oder kopieren Sie das Client-Secret in der Konsole des Anbieters, und geben Sie es erneut ein. Gebraucht wird sein Wert, nicht seine ID.',
  },
  client_refused: {
    what: 'Der Anbieter lehnt den Client ab: Client-ID oder Client-Secret ist falsch.',
    mend: 'Kopieren Sie beide noch einmal aus der Konsole des Anbieters.',
  },
  redirect_uri_not_registered: {
    what: 'Die Callback-URL ist für diesen Client nicht registriert.',
    mend: 'Tragen Sie die Callback-URL des Profils beim Anbieter als Redirect-URI des Clients ein, genau so, wie sie angezeigt wird.',
  },
  pkce_required: { what: 'Der Anbieter verlangt PKCE, und im Profil ist es aus.', mend: 'Stellen Sie PKCE auf S256.' },
  pkce_refused: { what: 'Der Anbieter nimmt kein PKCE an.', mend: 'Schalten Sie PKCE für diesen Anbieter aus.' },
  scope_refused: {
    what: 'Der Anbieter lehnt einen Scope ab.',
    mend: 'Vergleichen Sie jeden Scope mit der Dokumentation des Anbieters und mit dem, was der Client anfragen darf.',
  },
  grant_type_refused: {
    what: 'Der Client oder der Endpunkt darf nicht mit dem Authorization-Code-Verfahren benutzt werden.',
    mend: 'Erlauben Sie dem Client beim Anbieter das Authorization-Code-Verfahren (und Refresh-Tokens), und prüfen Sie, ob die URLs nicht vertauscht sind.',
  },
  access_denied: {
    what: 'Die Person, die sich angemeldet hat, hat abgelehnt oder darf nicht zustimmen.',
    mend: 'Testen Sie noch einmal und erlauben Sie den Zugriff; manche Anbieter verlangen zuerst die Genehmigung eines Administrators.',
  },
  code_refused: {
    what: 'Der Token-Endpunkt hat den Code abgelehnt, den der Anbieter eben ausgegeben hatte.',
    mend: 'Prüfen Sie, ob Autorisierungs-URL und Token-URL zum selben Anbieter und zur selben Umgebung gehören.',
  },
  made_up_code_accepted: {
    what: 'Der Token-Endpunkt gab ein Token für einen erfundenen Code.',
    mend: 'Die URL führt zu einer Attrappe oder zu einem Endpunkt, der nicht hierfür gedacht ist. Nehmen Sie die Token-URL aus der Dokumentation des Anbieters.',
  },
  page_instead_of_json: {
    what: 'Statt einer OAuth-Antwort kam eine Webseite: Unter dieser Adresse steht eine Anmeldeseite, ein Proxy oder eine Firewall.',
    mend: 'Nehmen Sie die URL aus der Dokumentation des Anbieters. Ist sie richtig, finden Sie heraus, was zwischen dieser Installation und dem Anbieter steht.',
  },
  token_type_refused: {
    what: 'Der Anbieter gibt eine Art von Token aus, die nicht unterstützt wird.',
    mend: 'Lassen Sie dem Client Bearer-Tokens ausstellen.',
  },
  unreadable_answer: {
    what: 'Die Antwort ist keine OAuth-Antwort: Weder ein Token noch ein Fehler lässt sich daraus lesen.',
    mend: 'Prüfen Sie, ob die URL die aus der Dokumentation des Anbieters ist.',
  },
  request_refused: {
    what: 'Der Anbieter hat die Anfrage selbst abgelehnt.',
    mend: 'Lesen Sie die Antwort: Die Worte des Anbieters sagen mehr. Prüfen Sie Scope-Zeilen, Client-Einstellungen und die URL.',
  },
  unclear_answer: {
    what: 'Die Antwort sagt nicht, ob diese Einstellung richtig ist.',
    mend: 'Nichts, wenn der Rest des Tests gelingt. Sonst lesen Sie die Antwort.',
  },
  issuer_mismatch: {
    what: 'Die Antwort nennt einen anderen Aussteller oder Client als das Profil.',
    mend: 'Prüfen Sie Discovery-URL und Client-ID: Sie gehören zu verschiedenen Mandanten oder Umgebungen.',
  },
  discovery_differs: {
    what: 'Das Discovery-Dokument des Anbieters sagt etwas anderes als das Profil.',
    mend: 'Vergleichen Sie das Profil mit dem Dokument. Was funktioniert, kann bleiben, wie es ist.',
  },
  no_refresh_token: {
    what: 'Es kam kein Refresh-Token, also müssen Benutzer nach jedem Ablauf des Access-Tokens neu zustimmen.',
    mend: 'Fordern Sie eines so an, wie der Anbieter es dokumentiert: mit einem Scope wie offline_access oder einem Parameter wie access_type=offline.',
  },
  scopes_missing: {
    what: 'Der Anbieter hat weniger Scopes gewährt als angefragt.',
    mend: 'Erlauben Sie dem Client beim Anbieter die fehlenden Scopes, oder nehmen Sie sie aus dem Profil.',
  },
  clock_differs: {
    what: 'Die Uhr des Anbieters und unsere gehen um mehr als zwei Minuten auseinander.',
    mend: 'Lassen Sie die Uhr dieser Installation per NTP stellen; geht sie richtig, ist die des Anbieters falsch.',
  },
  not_revoked: {
    what: 'Das Token dieses Tests ließ sich beim Anbieter nicht widerrufen; hier ist es vergessen.',
    mend: 'Prüfen Sie die Widerrufs-URL, sonst beendet eine Abmeldung keine Token beim Anbieter.',
  },
  next_secret_taken: {
    what: 'Der Anbieter lehnt das jetzige Client-Secret ab und nimmt das nächste, das an seine Stelle getreten ist.',
    mend: 'Nichts: Das nächste Client-Secret ist jetzt das Client-Secret.',
  },
  profile_revised: {
    what: 'Das Profil wurde geändert, während der Test lief.',
    mend: 'Starten Sie den Test noch einmal.',
  },
};

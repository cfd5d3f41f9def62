import type { RecordedGrantEvent, TimelineEntry } from '@grantkeeper/contracts/grants/timeline';
import { dayText, instantText, numberText } from '../../i18n/formats.js';
import type { Language } from '../../i18n/language.js';
import { failureText } from './failure-text.js';
import type { en } from './texts.en.js';

type Texts = typeof en;

interface EntryText {
  title: string;
  detail: string;
}

/** An entry of the timeline in words. */
export function timelineText(texts: Texts, language: Language, entry: TimelineEntry): EntryText {
  switch (entry.kind) {
    case 'event':
      return {
        title: texts.events[entry.event.type],
        detail: [eventDetail(texts, language, entry.event), actorText(texts, entry.actor, entry.actorName)]
          .filter(Boolean)
          .join(' '),
      };
    case 'revision':
      return {
        title: `${texts.revision(entry.revision)}: ${texts.revisionActions[entry.action]}`,
        detail: [entry.changed.join(', '), actorText(texts, entry.by, entry.byEmail)].filter(Boolean).join(' '),
      };
    case 'failed-consent':
      return {
        title: texts.failedConsents[entry.state],
        detail: entry.reason === null ? '' : texts.consentFailures[entry.reason],
      };
    case 'hand-outs': {
      const counted = ({ count, more }: { count: number; more: boolean }): string =>
        more ? texts.atLeast(numberText(count, language)) : numberText(count, language);
      return {
        title: texts.handOuts(counted(entry)),
        detail: `${texts.handOutsOn(dayText(entry.day, language))}: ${entry.runtimes.map((one) => `${one.name} ${counted(one)}`).join(', ')}`,
      };
    }
  }
}

/** Operators and runtimes that are no longer there are told by the beginning of their id; what the worker does by itself needs no name. */
function actorText(texts: Texts, actor: string, name: string | null): string {
  const [kind = '', id = ''] = actor.split(':', 2);
  if (kind === 'user') return texts.by(texts.actors.user);
  if (kind !== 'operator' && kind !== 'runtime') return '';
  return texts.by(name ?? `${texts.actors[kind]} ${id.slice(0, 8)}`);
}

function eventDetail(texts: Texts, language: Language, event: RecordedGrantEvent): string {
  const instant = (at: string): string => instantText(at, language);
  switch (event.type) {
    case 'grants.consented.v1':
    case 'grants.reconnected.v1':
    case 'grants.refreshed.v1': {
      const end = event.expiresAt === null ? '' : ` ${texts.validUntil(instant(event.expiresAt))}`;
      return `${texts.tokenVersion(event.version)}${end}`;
    }
    case 'grants.refresh-failed.v1':
      return `${failureText(texts, event.failure)} ${texts.nextTry(instant(event.dueAt))}`;
    case 'grants.refresh-token-ending.v1':
      return texts.endsOn(instant(event.refreshTokenEndsAt));
    case 'grants.reconnect-required.v1':
    case 'grants.ended.v1':
      return texts.reasons[event.reason];
    case 'grants.other-account-allowed.v1':
      return texts.until(instant(event.until));
    case 'grants.fields-changed.v1':
      return event.fields.join(', ');
    case 'grants.rebound.v1':
      return event.origins.join(', ');
    case 'grants.revoked-upstream.v1':
      return texts.upstream[event.outcome];
    case 'grants.held.v1':
    case 'grants.refresh-wanted.v1':
      return '';
  }
}

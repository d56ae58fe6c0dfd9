import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { get, remove } from '../../api/call';
import { flag, list, record, text, type Of } from '../../api/read';
import { formatAgo, formatTime } from '../../i18n';
import { Confirm } from '../../shared/confirm';
import { Box } from '../../shared/page';
import { Loaded, useResource } from '../../shared/resource';
import { wordsOf } from '../../shared/problem-words';
import { toast } from '../../shared/toasts';
import { deviceOf } from '../device';
import { accountWords } from '../words';

const readSessions = record({
  sessions: list(
    record({ id: text, current: flag, created_at: text, last_seen_at: text, expires_at: text, user_agent: text, address: text }),
  ),
});
type Session = Of<typeof readSessions>['sessions'][number];

const path = '/api/v1/account/sessions';

/** Grows when something else ended sessions: a new password does. */
export const sessionsChanged = signal(0);

export function deviceName(userAgent: string): string {
  const words = accountWords.words.value.sessions;
  const { browser, system } = deviceOf(userAgent);
  if (browser && system) return words.device(browser, system);
  return browser ?? system ?? words.unknownDevice;
}

export function SessionsSection(): JSX.Element {
  const words = accountWords.words.value.sessions;
  const sessions = useResource(() => get(path, readSessions), null, String(sessionsChanged.value));
  const askAll = useSignal(false);
  const others = (sessions.value.value?.sessions ?? []).filter(({ current }) => !current).length;

  const end = async ({ id, user_agent }: Session): Promise<void> => {
    const outcome = await remove(`${path}/${encodeURIComponent(id)}`);
    if (outcome.ok) toast(words.ended(deviceName(user_agent)));
    else toast(wordsOf(outcome.problem));
    await sessions.load();
  };

  return (
    <Box title={words.title} text={words.text} testid="sessions">
      <Loaded from={sessions}>
        {(known) => (
          <ul class="devices">
            {[...known.sessions]
              .sort((a, b) => Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at))
              .map((each) => (
                <li key={each.id} class="devices__item" data-testid="session" data-current={each.current}>
                  <div class="devices__words">
                    <p class="devices__name">
                      {deviceName(each.user_agent)}
                      {each.current && <span class="tag">{words.current}</span>}
                    </p>
                    <p class="devices__facts">
                      {each.address} · {words.seen(formatAgo(each.last_seen_at))} · <span title={formatTime(each.created_at)}>{words.since(formatTime(each.created_at, { dateStyle: 'medium' }))}</span>
                    </p>
                  </div>
                  {!each.current && (
                    <button type="button" class="button button--quiet" aria-label={words.endOne(deviceName(each.user_agent))} onClick={() => void end(each)}>
                      {words.end}
                    </button>
                  )}
                </li>
              ))}
          </ul>
        )}
      </Loaded>
      {others > 0 && (
        <div class="box__actions">
          <button type="button" class="button button--plain" data-testid="end-others" onClick={() => (askAll.value = true)}>
            {words.endOthers}
          </button>
        </div>
      )}
      {askAll.value && (
        <Confirm
          title={words.endOthersTitle}
          action={words.endOthers}
          onClose={() => (askAll.value = false)}
          run={async () => {
            const outcome = await remove(path);
            if (!outcome.ok) return outcome.problem;
            toast(words.othersEnded);
            void sessions.load();
            return null;
          }}
        >
          <p>{words.endOthersText}</p>
        </Confirm>
      )}
    </Box>
  );
}

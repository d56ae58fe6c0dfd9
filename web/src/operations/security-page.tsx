import type { JSX } from 'preact';
import { get } from '../api/call';
import { list, oneOf, record, text } from '../api/read';
import { Empty, StaffPage } from '../shared/page';
import { Loaded, useResource } from '../shared/resource';
import { OperationsNav } from './operations-nav';
import { operationsWords } from './words';

const readFindings = record({
  findings: list(record({ severity: oneOf('low', 'medium', 'high'), code: text, message: text, advice: text })),
});

const order = ['high', 'medium', 'low'];
const looks = { high: 'advice advice--bad', medium: 'advice', low: 'advice advice--quiet' } as const;

/** What `shopcast serve --self-check` says, on a page. */
export function SecurityPage(): JSX.Element {
  const words = operationsWords.words.value.security;
  const check = useResource(() => get('/api/v1/operations/self-check', readFindings));
  return (
    <StaffPage
      title={words.title}
      lead={words.lead}
      nav={<OperationsNav />}
      testid="security"
      action={
        <button type="button" class="button button--plain" onClick={() => void check.load()}>
          {words.again}
        </button>
      }
    >
      <Loaded from={check}>
        {({ findings }) =>
          findings.length === 0 ? (
            <Empty title={words.fineTitle} text={words.fineText} />
          ) : (
            <ul class="findings">
              {[...findings]
                .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
                .map((finding) => {
                  const own = words.findings[finding.code];
                  const tongue = own ? undefined : 'en';
                  return (
                    <li key={finding.code} class={looks[finding.severity]} data-testid="finding" data-severity={finding.severity}>
                      <p class="findings__severity">{words.severity[finding.severity]}</p>
                      <h2 class="advice__title" lang={tongue}>
                        {own?.message ?? finding.message}
                      </h2>
                      <p lang={tongue}>{own?.advice ?? finding.advice}</p>
                    </li>
                  );
                })}
            </ul>
          )
        }
      </Loaded>
    </StaffPage>
  );
}

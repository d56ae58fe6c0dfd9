/** Delivery directives: what is held, what is answered at once, what is refused. */
import { LATENESS_S } from './updates.mjs';

/** Whether an answer is the full playlist as of `before` or later. */
function full_and_current(probe) {
  return probe.answer && probe.answer.playlist.skipped === 0 && probe.answer.playlist.edge >= probe.before.edge;
}

function seconds(response) {
  return (response.answered_ms - response.asked_ms) / 1000;
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'block-until-part', level: 'MUST', clause: '6.2.5.2',
    says: 'A request for a part is held until the playlist has it.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        for (const { asked, full, delta, refused } of rendition.updates) {
          if (!asked) continue;
          tally.expect(refused.length === 0, () => `${asked.msn}.${asked.part} was answered ${refused[0].status} ${refused[0].body.toString().slice(0, 80)}`);
          for (const answer of [full, delta]) {
            if (answer) tally.expect(answer.playlist.has(asked.msn, asked.part) || answer.playlist.ended, `answered without part ${asked.msn}.${asked.part}`);
          }
        }
      }
    },
  },
  {
    id: 'block-known-at-once', level: 'MUST', clause: '6.2.5.2',
    says: 'A request for a part that is there is answered at once.',
    check(seen, tally) {
      const probe = seen.probes.get('last_part');
      if (!probe) return;
      tally.expect(full_and_current(probe), `status ${probe.response.status}`);
      tally.expect_in_time(seconds(probe.response) < LATENESS_S, `after ${seconds(probe.response)} s`);
    },
  },
  {
    id: 'block-old-msn', level: 'MUST', clause: '6.2.5.2',
    says: 'A segment older than the window gives the full current playlist at once.',
    check(seen, tally) {
      const probe = seen.probes.get('old_msn');
      if (!probe) return;
      tally.expect(full_and_current(probe), `status ${probe.response.status}`);
      tally.expect_in_time(seconds(probe.response) < LATENESS_S, `after ${seconds(probe.response)} s`);
    },
  },
  {
    id: 'block-past-last-part', level: 'MUST', clause: '6.2.5.2',
    says: 'A part past the last of a finished segment means part 0 of the next.',
    check(seen, tally) {
      const probe = seen.probes.get('past_last_part');
      if (!probe) return;
      const msn = probe.before.last_complete_msn;
      tally.expect(probe.answer?.playlist.has(msn + 1, 0), `status ${probe.response.status} without part ${msn + 1}.0`);
    },
  },
  {
    id: 'block-msn-alone', level: 'MUST', clause: '6.2.5.2; reference 6.19',
    says: 'A segment asked for without a part is waited for, at least to its first part.',
    check(seen, tally) {
      for (const name of ['msn_alone', 'msn_plus_two']) {
        const probe = seen.probes.get(name);
        if (!probe) continue;
        const { next, last_complete_msn } = probe.before;
        const msn = name === 'msn_alone' ? next.msn + (next.part > 0 ? 1 : 0) : last_complete_msn + 2;
        tally.expect(probe.answer?.playlist.has(msn, 0) || probe.answer?.playlist.ended, `${name}: status ${probe.response.status} without segment ${msn}`);
      }
    },
  },
  {
    id: 'block-shared', level: 'PROMISE', clause: 'DESIGN decision 5',
    says: 'All who wait for the same part get the same bytes.',
    check(seen, tally) {
      const answers = seen.probes.get('together');
      if (!answers) return;
      tally.expect(answers.every((each) => each.status === 200 && each.body.equals(answers[0].body)), () => `statuses ${answers.map((each) => each.status)}`);
    },
  },
  {
    id: 'refuse-malformed', level: 'MUST', clause: '6.2.5.2',
    says: 'A part without a segment, and numbers that are none, are answered 400.',
    check(seen, tally) {
      for (const { query, response } of seen.probes.get('malformed') ?? []) {
        tally.expect(response.status === 400, `${query} gives ${response.status}`);
      }
    },
  },
  {
    id: 'refuse-far-future', level: 'MUST', clause: '6.2.5.2',
    says: 'More than two segments, or far more parts than a segment has, past the end is answered 400 at once.',
    check(seen, tally) {
      for (const name of ['far_msn', 'far_part']) {
        const probe = seen.probes.get(name);
        if (!probe) continue;
        tally.expect(probe.response.status === 400, `${name} gives ${probe.response.status} with the end at ${probe.before.next.msn}.${probe.before.next.part}`);
        tally.expect_in_time(seconds(probe.response) < LATENESS_S, `${name}: after ${seconds(probe.response)} s`);
      }
    },
  },
  {
    id: 'ignore-unknown-queries', level: 'MUST', clause: '6.2.5',
    says: 'Directives and queries the server does not know change nothing.',
    check(seen, tally) {
      for (const name of ['unknown_directive', 'other_query']) {
        const probe = seen.probes.get(name);
        if (probe) tally.expect(full_and_current(probe), `${name} gives ${probe.response.status}`);
      }
    },
  },
  {
    id: 'stall-released', level: 'MUST', clause: '6.2.5.2',
    says: 'When no part comes, the request is let go within three target durations: 503 with Retry-After, or the end.',
    check(seen, tally) {
      if (!seen.stalled) return;
      const { response, part_seen } = seen.stalled;
      const target = seen.renditions[0].latest.target_duration;
      if (response.status === 200) tally.expect(part_seen, '200 without what was asked for');
      else {
        tally.expect(response.status === 503, `status ${response.status}`);
        tally.expect(/^\d+$/.test(response.headers['retry-after'] ?? ''), `Retry-After "${response.headers['retry-after']}"`);
      }
      tally.expect_in_time(seconds(response) <= 3 * target + LATENESS_S, `after ${seconds(response)} s with target duration ${target}`);
    },
  },
  {
    id: 'end-list', level: 'MUST', clause: '4.4.3.4, 6.2.1; reference 6.14',
    says: 'A stream that ended says so, releases who waits, and has no open segment.',
    check(seen, tally) {
      if (!seen.end) return;
      const { latest, plain } = seen.end;
      tally.expect(latest?.playlist.ended, 'who waited was not told EXT-X-ENDLIST');
      tally.expect(plain?.playlist.ended, 'no EXT-X-ENDLIST');
      tally.expect(plain?.playlist.segments.every((segment) => segment.uri !== null), 'parts without their segment after the end');
    },
  },
  {
    id: 'end-ignores-directives', level: 'MUST', clause: '6.2.5.2; reference 6.20',
    says: 'After EXT-X-ENDLIST the directives mean nothing and a hinted part that never came is not waited for.',
    check(seen, tally) {
      if (!seen.end?.plain) return;
      const { directed, hint, hint_uri, plain } = seen.end;
      tally.expect(directed.status === 200 && directed.body.equals(plain.response.body), `a future segment gives ${directed.status}`);
      const came = plain.playlist.parts.some((part) => part.uri === hint_uri);
      if (hint && !came) tally.expect(hint.status === 404 || hint.status === 410, `${hint_uri} gives ${hint.status}`);
    },
  },
];

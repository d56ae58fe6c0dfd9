/** Runs rules over an observation and tells the result as a table. */

/**
 * @typedef {object} Rule
 * @property {string} id
 * @property {'MUST' | 'SHOULD' | 'PROMISE'} level  PROMISE: ours, beyond the specification
 * @property {string} clause  where it stands; bare numbers are sections of draft-pantos-hls-rfc8216bis
 * @property {string} says    the rule in one sentence
 * @property {(seen: import('./observation.mjs').Observation, tally: Tally) => void} check
 * @typedef {{rule: Rule, checked: number, failed: number, late: number, failures: string[]}} Verdict  late: of the failed, those of time alone
 */

const FAILURES_TOLD = 5;

export class Tally {
  checked = 0;
  failed = 0;
  late = 0;
  /** @type {string[]} */
  failures = [];

  /** @param {unknown} holds @param {string | (() => string)} words what is wrong when it does not */
  expect(holds, words) {
    this.checked += 1;
    if (holds) return;
    this.failed += 1;
    if (this.failures.length < FAILURES_TOLD) this.failures.push(typeof words === 'function' ? words() : words);
  }

  /** What a machine that is busy elsewhere may break as well. @param {unknown} holds @param {string} words */
  expect_in_time(holds, words) {
    if (!holds) this.late += 1;
    this.expect(holds, words);
  }
}

/** @param {import('./observation.mjs').Observation} seen @param {Rule[]} rules @returns {Verdict[]} */
export function check_all(seen, rules) {
  return rules.map((rule) => {
    const tally = new Tally();
    try {
      rule.check(seen, tally);
    } catch (error) {
      tally.expect(false, `cannot be judged: ${error.message}`);
    }
    return { rule, checked: tally.checked, failed: tally.failed, late: tally.late, failures: tally.failures };
  });
}

/** @param {Verdict[]} verdicts */
export function summary(verdicts) {
  const failed = verdicts.filter((verdict) => verdict.failed > 0).length;
  const unseen = verdicts.filter((verdict) => verdict.checked === 0).length;
  return { failed, unseen, passed: verdicts.length - failed - unseen };
}

/** @param {Verdict[]} verdicts @param {{failures_only?: boolean}} [options] */
export function table(verdicts, { failures_only = false } = {}) {
  const rows = [];
  for (const { rule, checked, failed, failures } of verdicts) {
    if (failures_only && failed === 0) continue;
    const outcome = failed > 0 ? 'FAIL' : checked === 0 ? 'unseen' : 'ok';
    const count = failed > 0 ? `${failed}/${checked}` : String(checked);
    rows.push(`${outcome.padEnd(7)}${count.padStart(10)}  ${rule.level.padEnd(8)}${rule.id.padEnd(30)}${rule.says} [${rule.clause}]`);
    for (const words of failures) rows.push(`${' '.repeat(19)}- ${words}`);
  }
  const { passed, failed, unseen } = summary(verdicts);
  rows.push(`${passed} rules hold, ${failed} are broken, ${unseen} met nothing to judge`);
  return rows.join('\n');
}

import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { sharedWords } = await import('../words');
const { language } = await import('../../i18n/language');
await sharedWords.load(language.peek());
const { FormModel } = await import('./form-model');

const refused = (code: string, field: string | null = null) => ({ status: 400, code, detail: 'In words.', help: 'Do this.', field, retryAfterSeconds: null, more: {} });

function model(answer: ReturnType<typeof refused> | null, check = {}) {
  const send = vi.fn(() => Promise.resolve(answer));
  return { send, form: new FormModel<'login' | 'password'>({ names: ['login', 'password'], check: () => check, send }) };
}
const values = { login: 'a', password: 'b' };

describe('FormModel', () => {
  it('sends nothing while something is wrong, and says so each time', async () => {
    const { form, send } = model(null, { login: 'Enter a login.' });
    expect(await form.submit(values)).toBe(false);
    expect(await form.submit(values)).toBe(false);
    expect(send).not.toHaveBeenCalled();
    expect(form.errors.value).toEqual({ login: 'Enter a login.' });
    expect(form.refusals.value).toBe(2);
  });

  it('shows the blame beside the input that has it', async () => {
    const { form } = model(refused('whatever', 'login'));
    await form.submit(values);
    expect(form.errors.value.login).toBe('In words. Do this.');
    expect(form.failure.value).toBe('');
    form.forget('login');
    expect(form.errors.value.login).toBeUndefined();
  });

  it('shows for the whole form what no input of it is to blame for', async () => {
    const { form } = model(refused('offline', 'elsewhere'));
    await form.submit(values);
    expect(form.failure.value).toContain('cannot be reached');
  });

  it('is sent once while it is busy', async () => {
    const { form, send } = model(null);
    const first = form.submit(values);
    expect(form.busy.value).toBe(true);
    expect(await form.submit(values)).toBe(false);
    expect(await first).toBe(true);
    expect(send).toHaveBeenCalledOnce();
    expect(form.busy.value).toBe(false);
  });
});

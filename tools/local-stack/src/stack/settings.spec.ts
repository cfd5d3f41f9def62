import { describe, expect, it } from '@jest/globals';
import { readSettings } from './settings.js';

describe('settings of the local stack', () => {
  it('need nothing', () => {
    expect(readSettings({})).toMatchObject({ port: undefined, demoAccessTokenSeconds: 600, redisUrl: undefined });
  });

  it('name every wrong one at once', () => {
    const wrong = () => readSettings({ PORT: '70000', DEMO_ACCESS_TOKEN_SECONDS: 'soon' });
    expect(wrong).toThrow(/PORT must be.*DEMO_ACCESS_TOKEN_SECONDS must be/s);
  });

  it('take an empty variable for none', () => {
    expect(readSettings({ PORT: '', REDIS_URL: '' })).toMatchObject({ port: undefined, redisUrl: undefined });
  });
});

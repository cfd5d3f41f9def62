import { describe, expect, it } from '@jest/globals';
import { toDefinition, toForm } from './form-model.js';
import { fullProfile } from './full-profile.fixture.js';
import { fromYaml, toYaml } from './profile-yaml.js';

describe('a profile as YAML', () => {
  it('reads as it was written', () => {
    const { profile, errors } = fromYaml(toYaml(fullProfile));
    expect(errors).toEqual([]);
    expect(toDefinition(toForm(profile ?? {}))).toEqual(toDefinition(toForm(fullProfile)));
  });

  it('holds neither secrets nor what belongs to this installation', () => {
    const text = toYaml({ ...fullProfile, clientSecret: 'canary' } as typeof fullProfile);
    expect(text).not.toMatch(/canary|clientSecret|assistantId|revision|callback|0f8fad5b/);
    expect(text.split('\n')[0]).toBe('type: oauth2');
  });

  it('takes no secret and no id from a file, and says so', () => {
    const { profile, errors } = fromYaml('name: A\nid: x\nclientSecret: canary\n');
    expect(JSON.stringify(profile)).not.toContain('canary');
    expect(errors.filter(({ code }) => code === 'passed_over').map(({ path }) => path)).toEqual(['id', 'clientSecret']);
  });

  it('tells each mistake by its field and fills in the rest', () => {
    const { profile, errors } = fromYaml(
      [
        'type: oauth2',
        'name: Asana',
        'clientId: 12',
        'colour: blue',
        'tokenUrl: nowhere',
        'scope: [{value: read}, {value: 3}, 7]',
        'advanced: {pkce: plain, refreshLeadSeconds: 60}',
      ].join('\n'),
    );
    expect(errors.map(({ path }) => path).sort()).toEqual([
      'advanced.pkce',
      'clientId',
      'colour',
      'identityProvider',
      'scope.1.value',
      'scope.2',
      'tokenUrl',
    ]);
    const form = toForm(profile ?? {});
    expect(form).toMatchObject({
      name: 'Asana',
      clientId: '',
      tokenUrl: 'nowhere',
      advanced: { refreshLeadSeconds: 60, pkce: '' },
    });
    expect(form.scope).toEqual([
      { key: '', value: 'read' },
      { key: '', value: '' },
    ]);
  });

  it.each([
    ['no YAML', 'a: [1'],
    ['no mapping', '- a\n- b'],
    ['an alias', 'a: &x [1]\nb: *x'],
    ['too long a text', `name: ${'x'.repeat(300_001)}`],
  ])('is refused where it is %s', (_what, source) => {
    const { profile, errors } = fromYaml(source);
    expect(profile).toBeNull();
    expect(errors).toMatchObject([{ path: 'body' }]);
  });
});

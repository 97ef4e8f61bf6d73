import { createSettings } from '../../../../infra/lab/region/parameter-store/settings';

const web = { group: 'web', tags: { Role: 'web' } };

describe('settings in the lab', () => {
  test('are changed by no reader', async () => {
    const settings = createSettings();
    settings.put('web', web);
    const mine = await settings.read('web');
    expect(() => (mine.tags.Role = 'mine')).toThrow('read only');
    expect(() => mine.targetGroups.push('arn:of:mine')).toThrow('not extensible');
    expect(await settings.read('web')).toMatchObject({ tags: { Role: 'web' }, targetGroups: [] });
  });

  test('are what was written last, and are refused while that is wrong', async () => {
    const settings = createSettings();
    settings.put('web', web);
    await settings.read('web');
    settings.put('web', { ...web, holdMinutes: -1 });
    // Once, and once more: what is wrong is not remembered as right.
    await expect(settings.read('web')).rejects.toMatchObject({ name: 'SettingsInvalid' });
    await expect(settings.read('web')).rejects.toMatchObject({ name: 'SettingsInvalid' });
    settings.put('web', { ...web, holdMinutes: 5 });
    expect((await settings.read('web')).holdMinutes).toBe(5);
    settings.remove('web');
    await expect(settings.read('web')).rejects.toMatchObject({ name: 'GroupNotManaged' });
  });
});

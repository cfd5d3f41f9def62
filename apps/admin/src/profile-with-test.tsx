import { useMay } from './api/session.js';
import { useFieldTexts } from './features/profiles/form-context.js';
import type { BesideTheForm } from './features/profiles/profile-editor.js';
import { ProfilePage } from './features/profiles/profile-page.js';
import { ExplainTab } from './features/test-runs/explain-tab.js';
import { TestPanel } from './features/test-runs/test-panel.js';
import { useTestTexts } from './features/test-runs/use-test-texts.js';

/** A profile's page with what its test runs tell beside the form. */
export function ProfileWithTest() {
  const { explain } = useTestTexts();
  return (
    <ProfilePage
      beside={(form) => <Test {...form} />}
      explain={{ title: explain.title, tab: (profile) => <ExplainTab profile={profile} /> }}
    />
  );
}

function Test(form: BesideTheForm) {
  const mayTest = useMay('profiles.write', form.profile.assistantId);
  const { labels } = useFieldTexts();
  return <TestPanel {...form} mayTest={mayTest} labelOf={(field) => labels[field] ?? field} />;
}

import { Text } from '@mantine/core';
import { useCommonTexts } from '../ui/common-texts.js';
import { PageHeader } from '../ui/page-header.js';

export function NotFoundPage() {
  const texts = useCommonTexts();
  return (
    <>
      <PageHeader title={texts.notFoundTitle} />
      <Text>{texts.notFound}</Text>
    </>
  );
}

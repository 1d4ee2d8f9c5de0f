import { Button, Container, Skeleton, Stack } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Component, type ReactNode, Suspense } from 'react';
import { t } from '../i18n/index.ts';
import { Empty } from '../parts/Empty.tsx';
import { Failure } from '../parts/Failure.tsx';
import { usePages } from './pages.ts';

/** The page of a path, its code fetched when it is first asked for. */
export function Outlet({ path }: { path: string }) {
  const page = usePages().find((one) => one.path === path);
  return (
    <Container size={1320} p={0} key={path}>
      {page === undefined ? (
        <Empty
          icon={IconMapOff}
          title={t('shell.noPage')}
          actions={
            <Button component="a" href="#/" variant="light">
              {t('shell.toOverview')}
            </Button>
          }
        />
      ) : (
        <Boundary>
          <Suspense fallback={<PageSkeleton />}>
            <page.Body />
          </Suspense>
        </Boundary>
      )}
    </Container>
  );
}

function PageSkeleton() {
  return (
    <Stack gap="lg" aria-busy="true" aria-label={t('shell.loading')} role="status">
      <Skeleton h={28} w={180} />
      <Skeleton h={96} />
      <Skeleton h={320} />
    </Stack>
  );
}

/** React has no other way to catch what fails while drawing. */
class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <Failure error={this.state.error} onRetry={() => location.reload()} />;
  }
}

// What a page shows where there is nothing to show: each says why, and what can be done.
import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconLock, IconPlugConnectedX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Refused, sentenceOf, Unreachable } from "../api/client";

interface EmptyProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** Nothing is here yet: say what would be, and how to begin. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="state">
      <span className="mark">{icon}</span>
      <Title order={2}>{title}</Title>
      {children ? <Text c="dimmed">{children}</Text> : null}
      {action}
    </div>
  );
}

/** Something was refused or did not come. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const refused = error instanceof Refused && error.status < 500;
  const title =
    error instanceof Unreachable ? t("state.offline") : refused ? t("state.refused") : t("state.failed");
  const icon =
    error instanceof Unreachable ? (
      <IconPlugConnectedX size={24} />
    ) : refused ? (
      <IconLock size={24} />
    ) : (
      <IconAlertTriangle size={24} />
    );
  return (
    <div role="alert">
      <Empty
        icon={icon}
        title={title}
        action={
          retry ? (
            <Button variant="default" onClick={retry}>
              {t("action.tryAgain")}
            </Button>
          ) : null
        }
      >
        {sentenceOf(error)}
      </Empty>
    </div>
  );
}

/** It is on its way: as high as what will come, so that nothing jumps. */
export function Loading({ rows = 5, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never move
        <Skeleton key={row} height={height} radius="sm" />
      ))}
    </Stack>
  );
}

interface AnswerProps<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Show what a query gave, or how it stands with it. */
export function Answer<T>({ query, loading, children }: AnswerProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <>{loading ?? <Loading />}</>;
}

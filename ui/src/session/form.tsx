// What the pages before the studio have in common: one narrow form, and what is wrong above its button.
import { Alert, Button, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { ComponentProps, FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../api/client";
import { useTitle } from "../app/page";

interface EntryProps {
  title: string;
  says?: ReactNode;
  button: string;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
  children: ReactNode;
  below?: ReactNode;
}

/** A page with one form. */
export function Entry({ title, says, button, busy, error, onSubmit, children, below }: EntryProps) {
  useTitle(title);
  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <main className="narrow-page">
      <img src="/static/icon.svg" alt="" width={40} height={40} />
      <Title order={1} mt="lg">
        {title}
      </Title>
      {says ? (
        <Text c="dimmed" mt="xs">
          {says}
        </Text>
      ) : null}
      <form onSubmit={submit}>
        <Stack mt="lg" gap="md">
          {children}
          {error ? (
            <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} role="alert">
              {sentenceOf(error)}
            </Alert>
          ) : null}
          <Button type="submit" loading={busy} size="md">
            {button}
          </Button>
        </Stack>
      </form>
      {below}
    </main>
  );
}

/** A page with one sentence. */
export function Says({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="narrow-page">
      <img src="/static/icon.svg" alt="" width={40} height={40} />
      <Title order={1} mt="lg">
        {title}
      </Title>
      <Stack mt="md">{children}</Stack>
    </main>
  );
}

/** A new password, twice as long to guess as it is to type. */
export function NewPassword(props: ComponentProps<typeof PasswordInput>) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t("session.newPassword")}
      description={t("session.atLeast")}
      autoComplete="new-password"
      minLength={10}
      maxLength={1024}
      required
      {...props}
    />
  );
}

import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface PartProps {
  title: string;
  says: string;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A part of a page: what it is about, what can be done, and what there is. */
export function Part({ title, says, actions, children }: PartProps) {
  return (
    <section>
      <Group justify="space-between" align="flex-start" mb="sm" gap="xs">
        <Stack gap={2} flex="1 1 18rem">
          <Title order={2}>{title}</Title>
          <Text c="dimmed" size="sm" maw="38rem">
            {says}
          </Text>
        </Stack>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </section>
  );
}

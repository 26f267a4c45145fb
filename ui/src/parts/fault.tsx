import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { sentenceOf } from "../api/client";

/** What was wrong with what somebody has just done, where they did it. */
export function Fault({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} role="alert">
      {sentenceOf(error)}
    </Alert>
  );
}

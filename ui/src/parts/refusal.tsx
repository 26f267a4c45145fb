import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { sentenceOf } from "../api/client";

/** Why something that was asked for was not done; nothing while nothing was refused. */
export function Refusal({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} role="alert">
      {sentenceOf(error)}
    </Alert>
  );
}

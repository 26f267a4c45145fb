import { Button, Group, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconScissors, IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../api/client";
import { useKeys } from "../parts/keys";
import { type Candidate, candidatesKey } from "./proposals";
import { useRun } from "./run-of";

type Decision = Candidate["decision"];

interface DecidingProps {
  candidate: Candidate;
  next: () => void;
  edit: () => Promise<void>;
}

/** Accept, reject, edit: by a click or by A, R and E; once more takes it back. */
export function Deciding({ candidate, next, edit }: DecidingProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const runId = useRun();
  const key = candidatesKey(runId);
  const decide = useMutation({
    mutationFn: async (decision: Decision) => {
      const params = { path: { candidate_id: candidate.id } };
      await api.PATCH("/api/v1/candidates/{candidate_id}", { params, body: { decision } });
    },
    // The mark is there at once; what the server says replaces it.
    onMutate: (decision) => {
      queries.setQueryData<Candidate[]>(key, (before) =>
        before?.map((each) => (each.id === candidate.id ? { ...each, decision } : each)),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const editing = useMutation({ mutationFn: edit });
  function say(decision: Decision) {
    if (candidate.decision === decision) {
      decide.mutate(null);
    } else {
      decide.mutate(decision);
      next();
    }
  }
  useKeys([
    ["A", () => say("accepted")],
    ["R", () => say("rejected")],
    ["E", () => editing.mutate()],
  ]);
  const wrong = decide.error ?? editing.error;
  return (
    <div>
      <Group gap="xs" grow preventGrowOverflow={false} wrap="nowrap">
        <Tooltip label={t("review.key", { key: "A" })}>
          <Button
            variant={candidate.decision === "accepted" ? "filled" : "default"}
            aria-pressed={candidate.decision === "accepted"}
            leftSection={<IconCheck size={17} />}
            onClick={() => say("accepted")}
          >
            {t("review.accept")}
          </Button>
        </Tooltip>
        <Tooltip label={t("review.key", { key: "R" })}>
          <Button
            variant={candidate.decision === "rejected" ? "filled" : "default"}
            color="gray"
            aria-pressed={candidate.decision === "rejected"}
            leftSection={<IconX size={17} />}
            onClick={() => say("rejected")}
          >
            {t("review.reject")}
          </Button>
        </Tooltip>
        <Tooltip label={t("review.key", { key: "E" })}>
          <Button
            variant="default"
            leftSection={<IconScissors size={17} />}
            loading={editing.isPending}
            onClick={() => editing.mutate()}
          >
            {t("review.edit")}
          </Button>
        </Tooltip>
      </Group>
      {wrong ? (
        <Text c="error" size="sm" role="alert" mt="xs">
          {sentenceOf(wrong)}
        </Text>
      ) : null}
    </div>
  );
}

import { Badge, Group, Text } from "@mantine/core";
import { IconCheck, IconMovie, IconScissors, IconX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { clock, span } from "../format";
import type { Candidate, Clip } from "./proposals";
import classes from "./review.module.css";

interface CandidatesProps {
  candidates: Candidate[];
  chosen: string;
  choose: (position: number) => void;
  clips: Clip[];
}

/** All that was proposed, best first. */
export function Candidates({ candidates, chosen, choose, clips }: CandidatesProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // Only the list itself scrolls: the page stays where it is looked at.
    const [box, here] = [list.current, list.current?.querySelector<HTMLElement>('[aria-current="true"]')];
    if (!chosen || !box || !here) return;
    const top = here.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (top < 0) box.scrollTop += top;
    else if (top + here.offsetHeight > box.clientHeight)
      box.scrollTop += top + here.offsetHeight - box.clientHeight;
  }, [chosen]);
  return (
    <ul className={classes.candidates} ref={list} aria-label={t("review.candidates")}>
      {candidates.map((each, position) => (
        <li key={each.id}>
          <button
            type="button"
            className={classes.candidate}
            aria-current={each.id === chosen}
            onClick={() => choose(position)}
          >
            <span className={classes.rank}>{position + 1}</span>
            <span className={classes.about}>
              <Text component="span" fw={560} size="sm" lineClamp={2}>
                {each.title}
              </Text>
              <Group component="span" gap={8}>
                <Text component="span" size="xs" c="dimmed" className="tabular">
                  {clock(each.start_s)} · {span(each.end_s - each.start_s)}
                </Text>
                <Marks candidate={each} made={clips.some((clip) => clip.start_s === each.start_s)} />
              </Group>
            </span>
            <span className={classes.score}>{Math.round(each.score)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Marks({ candidate, made }: { candidate: Candidate; made: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {candidate.decision === "accepted" ? (
        <Badge size="xs" variant="light" color="petrol" tt="none" leftSection={<IconCheck size={10} />}>
          {t("review.accepted")}
        </Badge>
      ) : null}
      {candidate.decision === "rejected" ? (
        <Badge size="xs" variant="light" color="gray" tt="none" leftSection={<IconX size={10} />}>
          {t("review.rejected")}
        </Badge>
      ) : null}
      {candidate.edit ? (
        <Badge size="xs" variant="outline" color="gray" tt="none" leftSection={<IconScissors size={10} />}>
          {t("review.edited")}
        </Badge>
      ) : null}
      {made ? (
        <Badge size="xs" variant="outline" color="gray" tt="none" leftSection={<IconMovie size={10} />}>
          {t("review.made")}
        </Badge>
      ) : null}
    </>
  );
}

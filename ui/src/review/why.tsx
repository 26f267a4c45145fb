import { Progress, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Candidate } from "./proposals";
import classes from "./review.module.css";

/** What earned the score: its parts, heaviest first, each with its reason and the sentences behind it. */
export function Why({ candidate }: { candidate: Candidate }) {
  const { t } = useTranslation();
  const parts = [...candidate.parts].sort((one, other) => other.weight - one.weight);
  return (
    // It scrolls, and keys must reach what is further down.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className={classes.why} aria-label={t("review.why")} tabIndex={0}>
      <Title order={2} mb={4}>
        {t("review.why")}
      </Title>
      {candidate.why_not ? (
        <Text size="sm" c="dimmed" mb="sm">
          {t("review.whyNot", { why: candidate.why_not })}
        </Text>
      ) : null}
      <ul className={classes.parts}>
        {parts.map((part) => (
          <li key={part.name}>
            <div className={classes.part}>
              <Text size="sm" fw={560}>
                {t([`review.part.${part.name}`, "review.part.other"], {
                  name: part.name.replaceAll("_", " "),
                })}
              </Text>
              <Text size="sm" c="dimmed" className="tabular">
                {t("review.weight", { weight: Math.round(part.weight * 100) })}
              </Text>
            </div>
            <Progress
              value={part.percentile * 100}
              size="xs"
              my={4}
              aria-label={t("review.better", { percent: Math.round(part.percentile * 100) })}
            />
            <Text size="sm">{part.reason}</Text>
            {part.sentences.map((sentence) => (
              <blockquote key={sentence} className={classes.quote}>
                {sentence}
              </blockquote>
            ))}
          </li>
        ))}
      </ul>
      <Title order={2} mt="md" mb={4}>
        {t("review.said")}
      </Title>
      <Text size="sm" className={classes.text}>
        {candidate.text}
      </Text>
    </section>
  );
}

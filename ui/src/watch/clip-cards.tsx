import { Card, SimpleGrid, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Schemas } from "../api/client";
import { clock } from "../format";
import classes from "./clips.module.css";

/** Clips as pictures; each opens over the page of its recording. */
export function ClipCards({ clips }: { clips: Schemas["ClipView"][] }) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }} spacing="sm">
      {clips.map((clip) => (
        <Card
          key={clip.id}
          component={Link}
          to={`/watch/${clip.asset_id}?clip=${clip.id}`}
          preventScrollReset
          padding={0}
          className={classes.clip}
        >
          <div className={classes.still}>
            <img src={`/api/v1/clips/${clip.id}/files/poster.jpg`} alt="" loading="lazy" />
            <span className="tabular">{clock(clip.duration_s)}</span>
          </div>
          <Text size="sm" fw={520} lineClamp={2} p={8} pt={2}>
            {clip.title}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}

import { ActionIcon, Group, Table, TextInput, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowsJoin, IconArrowUp, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { canMerge, lengthOf, merge, moveEdge, movePart, removePart } from "./document";
import { useEditing } from "./editing";
import classes from "./editor.module.css";
import { framesOf, timecode } from "./timecode";

/** The parts of the clip in figures, to the frame. */
export function Numbers() {
  const { t } = useTranslation();
  const { doc, rate, change, part, choose } = useEditing();
  return (
    <div className={classes.table}>
      <Table verticalSpacing={6} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("editor.number")}</Table.Th>
            <Table.Th>{t("editor.start")}</Table.Th>
            <Table.Th>{t("editor.stop")}</Table.Th>
            <Table.Th ta="end">{t("editor.length")}</Table.Th>
            <Table.Th>
              <span className={classes.unseen}>{t("editor.does")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {doc.keep.map((each, index) => (
            <Table.Tr
              // biome-ignore lint/suspicious/noArrayIndexKey: the number is what a row is: the focus stays in it
              key={index}
              data-chosen={part === index || undefined}
              onFocus={() => choose(index)}
            >
              <Table.Td>{index + 1}</Table.Td>
              <Table.Td>
                <Time index={index} edge="start" />
              </Table.Td>
              <Table.Td>
                <Time index={index} edge="stop" />
              </Table.Td>
              <Table.Td ta="end" className="tabular">
                {timecode(each.stop - each.start, rate)}
              </Table.Td>
              <Table.Td>
                <Group gap={2} wrap="nowrap" justify="flex-end">
                  <Do
                    name={t("editor.earlier", { number: index + 1 })}
                    disabled={index === 0}
                    onClick={() => change((now) => movePart(now, index, index - 1))}
                  >
                    <IconArrowUp size={15} />
                  </Do>
                  <Do
                    name={t("editor.later", { number: index + 1 })}
                    disabled={index === doc.keep.length - 1}
                    onClick={() => change((now) => movePart(now, index, index + 1))}
                  >
                    <IconArrowDown size={15} />
                  </Do>
                  <Do
                    name={t("editor.mergeNamed", { number: index + 1 })}
                    disabled={!canMerge(doc, index)}
                    onClick={() => change((now) => merge(now, index))}
                  >
                    <IconArrowsJoin size={15} />
                  </Do>
                  <Do
                    name={t("editor.removeNamed", { number: index + 1 })}
                    disabled={doc.keep.length < 2}
                    onClick={() => change((now) => removePart(now, index))}
                  >
                    <IconTrash size={15} />
                  </Do>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th colSpan={3}>{t("editor.whole")}</Table.Th>
            <Table.Th ta="end" className="tabular">
              {timecode(lengthOf(doc.keep), rate)}
            </Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </div>
  );
}

/** An edge in figures; what cannot be is put right when it is left. */
function Time({ index, edge }: { index: number; edge: "start" | "stop" }) {
  const { t } = useTranslation();
  const { doc, source, rate, change } = useEditing();
  const frame = doc.keep[index]?.[edge] ?? 0;
  const [text, write] = useState<string | null>(null);
  const typed = text === null ? frame : framesOf(text, rate);
  function done() {
    if (text !== null && typed !== null) change((now) => moveEdge(now, index, edge, typed, source.frames));
    write(null);
  }
  return (
    <TextInput
      size="xs"
      className={classes.time}
      aria-label={t(edge === "start" ? "editor.edgeStart" : "editor.edgeStop", { number: index + 1 })}
      value={text ?? timecode(frame, rate)}
      error={typed === null}
      onChange={(event) => write(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => {
        if (event.key === "Enter") done();
        if (event.key === "Escape") write(null);
      }}
    />
  );
}

interface DoProps {
  name: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Do({ name, disabled, onClick, children }: DoProps) {
  return (
    <Tooltip label={name}>
      <ActionIcon variant="subtle" color="gray" aria-label={name} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

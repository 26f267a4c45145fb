import { ActionIcon, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconHistory,
  IconKeyboard,
  IconMovie,
} from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../api/client";
import { useEditing } from "./editing";
import classes from "./editor.module.css";
import { Export } from "./export";
import { help } from "./keys";
import { Shortcuts } from "./shortcuts";
import { Versions } from "./versions";

/** What is edited, how it stands with saving, and what can be done with all of it. */
export function Head() {
  const { t } = useTranslation();
  const { doc, history, undo, redo } = useEditing();
  const [shortcuts, keys] = useDisclosure();
  const [versions, old] = useDisclosure();
  const [exporting, out] = useDisclosure();
  useEffect(() => {
    help.open = keys.open;
    return () => {
      help.open = () => {};
    };
  }, [keys]);
  return (
    <header className={`page-head ${classes.head}`}>
      <div className={classes.named}>
        <Title order={1} lineClamp={1}>
          {doc.title}
        </Title>
        <SaveState />
      </div>
      <div className="actions">
        <Group gap={4} wrap="nowrap">
          <Act name={t("editor.key.undo")} keys="Ctrl Z" disabled={history.past.length === 0} onClick={undo}>
            <IconArrowBackUp size={18} />
          </Act>
          <Act
            name={t("editor.key.redo")}
            keys="Ctrl Shift Z"
            disabled={history.future.length === 0}
            onClick={redo}
          >
            <IconArrowForwardUp size={18} />
          </Act>
          <Act name={t("editor.versions.title")} onClick={old.open}>
            <IconHistory size={18} />
          </Act>
          <Act name={t("editor.key.help")} keys="?" onClick={keys.open}>
            <IconKeyboard size={18} />
          </Act>
        </Group>
        <Button leftSection={<IconMovie size={17} />} onClick={out.open}>
          {t("editor.export.title")}
        </Button>
      </div>
      <Shortcuts opened={shortcuts} close={keys.close} />
      <Versions opened={versions} close={old.close} />
      <Export opened={exporting} close={out.close} />
    </header>
  );
}

function SaveState() {
  const { t } = useTranslation();
  const { status, saver } = useEditing();
  return (
    <Text size="sm" c={status.state === "failed" ? "red" : "dimmed"} role="status" component="div" fw={460}>
      {t(`editor.save.${status.state}`)}
      {status.state === "failed" ? (
        <>
          {": "}
          {sentenceOf(status.error)}{" "}
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => saver.flush().catch(() => undefined)} // it is told above
          >
            {t("action.tryAgain")}
          </Button>
        </>
      ) : null}
    </Text>
  );
}

interface ActProps {
  name: string;
  keys?: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Act({ name, keys, disabled, onClick, children }: ActProps) {
  return (
    <Tooltip label={keys ? `${name} (${keys})` : name}>
      <ActionIcon
        variant="default"
        size="lg"
        radius="sm"
        aria-label={name}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

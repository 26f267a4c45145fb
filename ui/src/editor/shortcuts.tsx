import { Kbd, Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { KEYS } from "./keys";

export function Shortcuts({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={t("editor.key.help")}>
      <Table verticalSpacing={5} withRowBorders={false}>
        <Table.Tbody>
          {KEYS.map(([keys, name]) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`editor.key.${name}`)}</Table.Td>
              <Table.Td ta="end">
                {keys.split(" ").map((key) => (
                  <Kbd key={key} ml={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

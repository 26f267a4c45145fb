import { Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { Page } from "../app/page";
import { Answer, Loading } from "../app/states";
import { Identities } from "./identities";
import { OneTimePasswords } from "./one-time-passwords";
import { Passkeys } from "./passkeys";
import { RecoveryCodes, ShownCodes } from "./recovery-codes";
import { Sessions } from "./sessions";

/** What guards the account besides its password, and where it is signed in. */
export function Component() {
  const { t } = useTranslation();
  const [codes, setCodes] = useState<string[] | null>(null);
  const factors = $api.useQuery("get", "/api/v1/factors");
  return (
    <Page title={t("account.security.title")}>
      <Stack gap="xl">
        <Answer query={factors} loading={<Loading rows={3} height={110} />}>
          {(found) => (
            <>
              <Passkeys passkeys={found.passkeys} show={setCodes} />
              <OneTimePasswords on={found.one_time_passwords} show={setCodes} />
              {found.one_time_passwords || found.passkeys.length > 0 ? (
                <RecoveryCodes left={found.recovery_codes_left} show={setCodes} />
              ) : null}
            </>
          )}
        </Answer>
        <Sessions />
        <Identities />
      </Stack>
      <ShownCodes codes={codes} close={() => setCodes(null)} />
    </Page>
  );
}

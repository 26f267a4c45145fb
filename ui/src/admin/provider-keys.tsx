import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, queries, type Schemas } from "../api/client";
import { Answer, Loading } from "../app/states";
import { moment } from "../format";
import { useAsk } from "../parts/asking";
import { Dialog } from "../parts/dialog";
import { Mark } from "../parts/mark";
import { Row, Rows } from "../parts/rows";
import { tell, tellWrong } from "../parts/telling";

type Key = Schemas["SecretView"];

/** The keys of providers: whether there is one, never what it is. */
export function ProviderKeys() {
  const { t } = useTranslation();
  const [setting, setSetting] = useState<Key | null>(null);
  const ask = useAsk();
  const keys = $api.useQuery("get", "/api/v1/settings/secrets");
  const drop = $api.useMutation("delete", "/api/v1/settings/secrets/{name}", {
    onSuccess: () => {
      tell(t("admin.providers.isForgotten"));
      return queries.invalidateQueries({ queryKey: ["get", "/api/v1/settings/secrets"] });
    },
    onError: tellWrong,
  });
  return (
    <>
      <Answer query={keys} loading={<Loading rows={3} height={56} />}>
        {({ items }) => (
          <Rows label={t("admin.providers.keys")}>
            {items.map((key) => {
              const name = t(`admin.providers.names.${key.name}`);
              return (
                <Row
                  key={key.name}
                  title={name}
                  marks={
                    <Mark>
                      {key.set
                        ? t("admin.providers.set")
                        : key.in_environment
                          ? t("admin.providers.inEnvironment")
                          : t("admin.providers.unset")}
                    </Mark>
                  }
                  says={key.changed_at ? t("admin.providers.setAt", { at: moment(key.changed_at) }) : null}
                  wide
                  actions={
                    <>
                      {key.set ? (
                        <Button
                          variant="default"
                          size="xs"
                          aria-label={t("admin.providers.forgetOf", { name })}
                          onClick={() =>
                            ask({
                              title: t("admin.providers.forgetOf", { name }),
                              says: t("admin.providers.forgetSays"),
                              button: t("admin.providers.forget"),
                              act: () => drop.mutate({ params: { path: { name: key.name } } }),
                            })
                          }
                        >
                          {t("admin.providers.forget")}
                        </Button>
                      ) : null}
                      <Button
                        variant="default"
                        size="xs"
                        aria-label={t("admin.providers.setKeyOf", { name })}
                        onClick={() => setSetting(key)}
                      >
                        {t("admin.providers.setKey")}
                      </Button>
                    </>
                  }
                />
              );
            })}
          </Rows>
        )}
      </Answer>
      {setting ? <KeyForm name={setting.name} close={() => setSetting(null)} /> : null}
    </>
  );
}

function KeyForm({ name, close }: { name: Key["name"]; close: () => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState("");
  const put = $api.useMutation("put", "/api/v1/settings/secrets/{name}", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/settings/secrets"] });
      close();
    },
  });
  return (
    <Dialog
      opened
      close={close}
      title={t("admin.providers.setKeyOf", { name: t(`admin.providers.names.${name}`) })}
      button={t("action.save")}
      busy={put.isPending}
      error={put.error}
      onSubmit={() => put.mutate({ params: { path: { name } }, body: { value } })}
    >
      <PasswordInput
        label={t("admin.providers.key")}
        description={t("admin.providers.keySays")}
        autoComplete="off"
        maxLength={500}
        required
        data-autofocus
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </Dialog>
  );
}

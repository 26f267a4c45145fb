import { Button, Card, SimpleGrid, Text } from "@mantine/core";
import { IconMovie } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../api/client";
import { usePages } from "../api/pages";
import { Page } from "../app/page";
import { Empty, Failed, Loading } from "../app/states";
import { clock } from "../format";

export function Component() {
  const { t } = useTranslation();
  const assets = usePages(["assets"], async (after, signal) => {
    const { data } = await api.GET("/api/v1/assets", { params: { query: { after } }, signal });
    return data ?? { items: [] };
  });
  return (
    <Page title={t("nav.library")}>
      {assets.error ? (
        <Failed error={assets.error} retry={() => void assets.refetch()} />
      ) : assets.isPending ? (
        <Loading />
      ) : assets.items.length === 0 ? (
        <Empty icon={<IconMovie size={24} />} title={t("library.empty.title")}>
          {t("library.empty.says")}
        </Empty>
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }}>
            {assets.items.map((asset) => (
              <Card key={asset.id} component={Link} to={`/watch/${asset.id}`}>
                <Text fw={560}>{asset.title}</Text>
                <Text c="dimmed" size="sm" className="tabular">
                  {clock(asset.duration_s)}
                </Text>
              </Card>
            ))}
          </SimpleGrid>
          {assets.hasNextPage ? (
            <Button variant="default" mt="md" onClick={() => void assets.fetchNextPage()}>
              {t("action.more")}
            </Button>
          ) : null}
        </>
      )}
    </Page>
  );
}

import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../api/client";
import { Page } from "../app/page";
import { Answer } from "../app/states";
import { useMe } from "../session/me";
import { CategoryRow, NewCategory } from "./categories";
import style from "./organise.module.css";
import { TagRow } from "./tags";

/** Categories in their order, and tags: administrators keep both tidy. */
export function Component() {
  const { t } = useTranslation();
  const admin = useMe().role === "admin";
  const categories = $api.useQuery("get", "/api/v1/categories", {});
  const tags = $api.useQuery("get", "/api/v1/tags", { params: { query: { limit: 200 } } });
  return (
    <Page title={t("organise.title")}>
      <div className={style.two}>
        <section aria-labelledby="categories">
          <Title order={2} id="categories">
            {t("organise.categories")}
          </Title>
          <Answer query={categories}>
            {({ items }) => (
              <>
                {items.length ? (
                  <ol className={style.list}>
                    {items.map((each) => (
                      <CategoryRow key={each.id} category={each} last={items.length - 1} admin={admin} />
                    ))}
                  </ol>
                ) : (
                  <p className={style.none}>{t("organise.noCategory")}</p>
                )}
                {admin ? <NewCategory /> : null}
              </>
            )}
          </Answer>
        </section>
        <section aria-labelledby="tags">
          <Title order={2} id="tags">
            {t("organise.tags")}
          </Title>
          <Answer query={tags}>
            {({ items }) =>
              items.length ? (
                <ul className={style.list}>
                  {items.map((each) => (
                    <TagRow
                      key={each.id}
                      tag={each}
                      others={items.filter(({ id }) => id !== each.id)}
                      admin={admin}
                    />
                  ))}
                </ul>
              ) : (
                <p className={style.none}>{t("organise.noTag")}</p>
              )
            }
          </Answer>
        </section>
      </div>
    </Page>
  );
}

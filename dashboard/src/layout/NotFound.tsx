import { strings } from "../strings.en";
import { ButtonLink } from "../ui/Button";
import { Page } from "../ui/Page";
import { Empty } from "../ui/states";

export function NotFound() {
  return (
    <Page title={strings.notFound.title}>
      <Empty icon="search" title={strings.notFound.what} action={<ButtonLink to="/projects">{strings.notFound.action}</ButtonLink>}>
        {strings.notFound.why}
      </Empty>
    </Page>
  );
}

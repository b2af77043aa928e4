import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/http";
import { strings } from "../strings.en";
import { Failure, Loading } from "../ui/states";

/** A page whose code is fetched when it is first shown. */
export function lazy<P extends object>(fetch: () => Promise<ComponentType<P>>): ComponentType<P> {
  let fetched: ComponentType<P> | undefined;
  return function LazyPage(props: P) {
    const [Page, setPage] = useState<ComponentType<P> | undefined>(() => fetched);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (fetched) return;
      fetch().then(
        (page) => {
          fetched = page;
          setPage(() => page);
        },
        () => setFailed(true),
      );
    }, []);
    if (Page) return <Page {...props} />;
    if (failed) return <Failure error={new ApiError(0, "page_unreachable", strings.common.pageUnreachable)} retry={() => location.reload()} />;
    return <Loading lines={6} />;
  };
}

import { HttpTransportType, HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { Hub, type Wire } from "./hub";

let shared: Hub | undefined;

/** The page's one connection. */
export function hub(): Hub {
  return shared ??= new Hub(async () => new HubConnectionBuilder()
    .withUrl(new URL("hubs/live", document.baseURI).href, { transport: HttpTransportType.WebSockets, skipNegotiation: true })
    .withKeepAliveInterval(10_000)
    .withServerTimeout(30_000)
    .configureLogging(LogLevel.None)
    .build() as Wire);
}

/** For tests. */
export function useHub(other: Hub): void { shared = other; }

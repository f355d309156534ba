using Microsoft.Extensions.Logging.Console;

namespace Brig.Web;

internal static class ShortLogs
{
    public static ILoggingBuilder AddShortLogs(this ILoggingBuilder logging)
    {
        logging.ClearProviders().SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // why it did not start is one sentence at the end of Program
        logging.AddFilter("Brig.Web.Auth.BearerHandler", LogLevel.Warning); // a wrong token is the caller's news
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // warns that keys lie unencrypted: they do, in a folder of mode 0700
        logging.AddConsoleFormatter<ShortLogFormat, ConsoleFormatterOptions>();
        return logging.AddConsole(console =>
        {
            console.FormatterName = ShortLogFormat.FormatName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    }
}

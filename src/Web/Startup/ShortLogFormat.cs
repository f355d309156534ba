using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Brig.Web;

/// <summary><c>20:15:04.123 warn Containers: sentence</c> on stderr; stdout belongs to the ready line.</summary>
internal sealed class ShortLogFormat(TimeProvider time) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "short";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        textWriter.Write(Level(logEntry.LogLevel));
        textWriter.Write(logEntry.Category.AsSpan(logEntry.Category.LastIndexOf('.') + 1));
        textWriter.Write(": ");
        textWriter.WriteLine(Plain(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } e)
        {
            textWriter.WriteLine(e);
        }
    }

    /// <summary>What an image chose may be in a sentence: no escape of its reaches the terminal, no line of its looks like one of ours.</summary>
    private static string Plain(string? text) => string.Concat((text ?? "").Select(c => char.IsControl(c) ? '?' : c));

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => " trace ",
        LogLevel.Debug => " debug ",
        LogLevel.Information => " info ",
        LogLevel.Warning => " warn ",
        LogLevel.Error => " error ",
        _ => " fatal ",
    };
}

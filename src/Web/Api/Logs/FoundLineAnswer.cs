using System.Globalization;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;

namespace Brig.Web.Api;

/// <summary>One line that was found, or of a log.</summary>
/// <param name="Time">RFC 3339 with nine digits behind the point.</param>
/// <param name="Position">With the id the line's permanent address.</param>
/// <param name="Before">Lines above it that belong to it, as those of a stack trace.</param>
internal sealed record FoundLineAnswer(string Time, string Id, string Name, string Position, string Stream, string Level, string Text, string[]? Before = null, string[]? Behind = null)
{
    public static async Task CopyAsync(ILogSearching searching, Stream to, CancellationToken stop)
    {
        var lines = new JsonLines<FoundLineAnswer>(to);
        var sources = new List<LogSource>();
        await foreach (var batch in searching.ReadAsync(stop))
        {
            sources.AddRange(batch.Sources);
            foreach (var line in batch.Lines)
                await lines.WriteAsync(Of(line, sources[line.Source]), stop);
            await lines.FlushAsync(stop);
        }
    }

    public static string TimeOf(long nanoseconds)
        => DateTime.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture) + (nanoseconds % 100).ToString("00'Z'", CultureInfo.InvariantCulture);

    private static FoundLineAnswer Of(FoundLine line, LogSource source) => new(
        TimeOf(line.Nanoseconds), source.Id.Value, source.Name, line.Position.ToString(), StreamOf(line.Stream), LevelWords.Of(line.Level), line.Text,
        line.Before.IsEmpty ? null : [.. line.Before.Select(each => each.Text)], line.Behind.IsEmpty ? null : [.. line.Behind.Select(each => each.Text)]);

    public static string StreamOf(Brig.Engine.Containers.OutputStream stream) => stream == Brig.Engine.Containers.OutputStream.Stderr ? "stderr" : "stdout";
}

/// <summary>A line at or around an address.</summary>
internal sealed record LogLineAnswer(string Time, string Position, string Stream, bool Partial, string Text)
{
    public static LogLineAnswer Of(LogLine line) => new(FoundLineAnswer.TimeOf(line.Nanoseconds), line.Position.ToString(), FoundLineAnswer.StreamOf(line.Stream), line.Partial, line.Text);
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Containers;
using Brig.Engine.Logs;
using Brig.Engine.Logs.Search;

namespace Brig.Web.Hubs;

/// <summary>
/// One batch of a search:
/// <c>{ sources: [{ id, name, image, stack, service, removedMs, exitCode, privileged }], lines: [source, position, nanoseconds as string, 1|2, level 0 to 6, text, length, before, behind][],
/// looked, total, found, gone, histogram?: { fromMs, stepMs, levels: number[][] }, done, next? }</c>.
/// A line names its source by its number among those told so far; before and behind are lines as those of <see cref="LogPush"/>.
/// </summary>
[JsonConverter(typeof(SearchPushConverter))]
internal readonly record struct SearchPush(LogSearchBatch Batch);

internal sealed class SearchPushConverter : JsonConverter<SearchPush>
{
    public override void Write(Utf8JsonWriter to, SearchPush push, JsonSerializerOptions options)
    {
        var batch = push.Batch;
        to.WriteStartObject();
        to.WriteStartArray("sources"u8);
        foreach (var source in batch.Sources)
            WriteSource(to, source);
        to.WriteEndArray();
        to.WriteStartArray("lines"u8);
        foreach (var line in batch.Lines)
            WriteLine(to, line);
        to.WriteEndArray();
        to.WriteNumber("looked"u8, batch.Progress.Looked);
        to.WriteNumber("total"u8, batch.Progress.Total);
        to.WriteNumber("found"u8, batch.Progress.Found);
        to.WriteNumber("gone"u8, batch.Progress.Gone);
        if (batch.Histogram is { } histogram)
            WriteHistogram(to, histogram);
        to.WriteBoolean("done"u8, batch.Done);
        if (batch.Next is { } next)
            to.WriteString("next"u8, next);
        to.WriteEndObject();
    }

    public override SearchPush Read(ref Utf8JsonReader from, Type type, JsonSerializerOptions options) => throw new NotSupportedException("What was found is only sent.");

    private static void WriteSource(Utf8JsonWriter to, LogSource source)
    {
        to.WriteStartObject();
        to.WriteString("id"u8, source.Id.Value);
        to.WriteString("name"u8, source.Name);
        to.WriteString("image"u8, source.Image);
        to.WriteString("stack"u8, source.Stack);
        to.WriteString("service"u8, source.Service);
        if (source.RemovedAt is { } removed)
            to.WriteNumber("removedMs"u8, removed.ToUnixTimeMilliseconds());
        if (source.ExitCode is { } code)
            to.WriteNumber("exitCode"u8, code);
        if (source.Privileged)
            to.WriteBoolean("privileged"u8, true);
        to.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter to, FoundLine line)
    {
        to.WriteStartArray();
        to.WriteNumberValue(line.Source);
        WritePlace(to, line.Position, line.Nanoseconds, line.Stream);
        to.WriteNumberValue((int)line.Level);
        to.WriteStringValue(line.Text);
        to.WriteNumberValue(line.Length);
        WriteLines(to, line.Before);
        WriteLines(to, line.Behind);
        to.WriteEndArray();
    }

    private static void WriteLines(Utf8JsonWriter to, ImmutableArray<LogLine> lines)
    {
        to.WriteStartArray();
        foreach (var line in lines)
        {
            to.WriteStartArray();
            WritePlace(to, line.Position, line.Nanoseconds, line.Stream);
            to.WriteNumberValue(line.Partial ? 1 : 0);
            to.WriteStringValue(line.Text);
            to.WriteEndArray();
        }
        to.WriteEndArray();
    }

    private static void WritePlace(Utf8JsonWriter to, LogPosition position, long nanoseconds, OutputStream stream)
    {
        Span<char> text = stackalloc char[40];
        text.TryWrite($"{position.File}:{position.Offset}", out int length);
        to.WriteStringValue(text[..length]);
        text.TryWrite($"{nanoseconds}", out length);
        to.WriteStringValue(text[..length]);
        to.WriteNumberValue((int)stream);
    }

    private static void WriteHistogram(Utf8JsonWriter to, SearchHistogram histogram)
    {
        to.WriteStartObject("histogram"u8);
        to.WriteNumber("fromMs"u8, histogram.FromMilliseconds);
        to.WriteNumber("stepMs"u8, histogram.StepMilliseconds);
        to.WriteStartArray("levels"u8);
        foreach (var level in histogram.Levels)
        {
            to.WriteStartArray();
            foreach (int lines in level)
                to.WriteNumberValue(lines);
            to.WriteEndArray();
        }
        to.WriteEndArray();
        to.WriteEndObject();
    }
}

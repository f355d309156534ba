using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Engine.Logs;

namespace Brig.Web.Hubs;

/// <summary>One batch: <c>{ lines: [position, nanoseconds as string, 1|2, partial 0|1, text][], skipped }</c>.</summary>
[JsonConverter(typeof(LogPushConverter))]
internal readonly record struct LogPush(LogBatch Batch);

internal sealed class LogPushConverter : JsonConverter<LogPush>
{
    private static readonly JsonEncodedText Lines = JsonEncodedText.Encode("lines"), Skipped = JsonEncodedText.Encode("skipped");

    public override void Write(Utf8JsonWriter to, LogPush push, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[40];
        to.WriteStartObject();
        to.WriteStartArray(Lines);
        foreach (var line in push.Batch.Lines)
        {
            to.WriteStartArray();
            text.TryWrite($"{line.Position.File}:{line.Position.Offset}", out int length);
            to.WriteStringValue(text[..length]);
            text.TryWrite($"{line.Nanoseconds}", out length);
            to.WriteStringValue(text[..length]);
            to.WriteNumberValue((int)line.Stream);
            to.WriteNumberValue(line.Partial ? 1 : 0);
            to.WriteStringValue(line.Text);
            to.WriteEndArray();
        }
        to.WriteEndArray();
        to.WriteNumber(Skipped, push.Batch.Skipped);
        to.WriteEndObject();
    }

    public override LogPush Read(ref Utf8JsonReader from, Type type, JsonSerializerOptions options) => throw new NotSupportedException("Logs are only sent.");
}
